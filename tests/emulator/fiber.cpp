#include "emulator/fiber.h"

#include <pthread.h>
#include <sys/mman.h>

#include <new>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

// The whole switch: the registers that a called function must preserve go onto one stack, and come back from another.
#if defined(__x86_64__)
extern "C" void emulator_switch_stacks(void** save, void* load);
asm(R"(
.pushsection .text
.globl emulator_switch_stacks
.type emulator_switch_stacks,@function
emulator_switch_stacks:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size emulator_switch_stacks, .-emulator_switch_stacks
.popsection
)");
#endif

namespace emulator {
namespace {

constexpr std::size_t kStackBytes = 128 << 10;
constexpr std::size_t kGuardBytes = 4096;  // below the stack: an overflow faults

}  // namespace

Fiber::Fiber(void (*entry)()) : entry_(entry), size_(kStackBytes) {
  void* block = mmap(nullptr, kGuardBytes + kStackBytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (block == MAP_FAILED) throw std::bad_alloc();
  mprotect(block, kGuardBytes, PROT_NONE);
  stack_ = static_cast<char*>(block) + kGuardBytes;
}

Fiber::~Fiber() {
  if (entry_ != nullptr) munmap(stack_ - kGuardBytes, kGuardBytes + kStackBytes);
}

void Fiber::prepare() {
#if defined(__SANITIZE_ADDRESS__)
  ASAN_UNPOISON_MEMORY_REGION(stack_, size_);  // a fiber given up in the middle leaves its frames' red zones
#endif
  fake_stack_ = nullptr;
#if defined(__x86_64__)
  void** top = reinterpret_cast<void**>(stack_ + size_);
  *--top = nullptr;  // where entry would return to; also puts the stack pointer where a call would
  *--top = reinterpret_cast<void*>(entry_);
  for (int saved = 0; saved < 6; ++saved) *--top = nullptr;
  stack_pointer_ = top;
#else
  getcontext(&context_);
  context_.uc_stack.ss_sp = stack_;
  context_.uc_stack.ss_size = size_;
  context_.uc_link = nullptr;
  makecontext(&context_, entry_, 0);
#endif
}

void Fiber::jump(Fiber& from, Fiber& to, [[maybe_unused]] void** fake_stack) {
#if defined(__SANITIZE_ADDRESS__)
  if (to.stack_ == nullptr) {  // the thread's own stack
    pthread_attr_t attributes;
    void* lowest = nullptr;
    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstack(&attributes, &lowest, &to.size_);
    pthread_attr_destroy(&attributes);
    to.stack_ = static_cast<char*>(lowest);
  }
  __sanitizer_start_switch_fiber(fake_stack, to.stack_, to.size_);
#endif
#if defined(__x86_64__)
  emulator_switch_stacks(&from.stack_pointer_, to.stack_pointer_);
#else
  swapcontext(&from.context_, &to.context_);
#endif
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(from.fake_stack_, nullptr, nullptr);
#endif
}

void Fiber::switch_between(Fiber& from, Fiber& to) { jump(from, to, &from.fake_stack_); }
void Fiber::leave_for_good(Fiber& from, Fiber& to) { jump(from, to, nullptr); }

void Fiber::arrived() {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(nullptr, nullptr, nullptr);
#endif
}

}  // namespace emulator
