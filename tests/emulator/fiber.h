// A thread of execution with a stack of its own that runs only when switched to: what a CUDA thread is in the emulator.
#pragma once

#include <cstddef>

#if !defined(__x86_64__)
#include <ucontext.h>
#endif

namespace emulator {

class Fiber {
 public:
  /// The one that this (operating system) thread is already running on.
  Fiber() = default;
  /// One with a stack, which runs `entry` from its start when it is switched to after a prepare(). `entry` never
  /// returns: it switches away for good instead.
  explicit Fiber(void (*entry)());
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;
  ~Fiber();

  /// Makes the next switch start at the beginning again, whatever was on the stack.
  void prepare();
  /// Goes on with `to` and comes back when somebody switches to `from`.
  static void switch_between(Fiber& from, Fiber& to);
  /// The same from a fiber that will not be switched to again without a prepare().
  static void leave_for_good(Fiber& from, Fiber& to);
  /// To be called first thing by `entry`: tells the address sanitizer where it is.
  static void arrived();

  bool on_stack(const void* address) const {
    return static_cast<const char*>(address) >= stack_ && static_cast<const char*>(address) < stack_ + size_;
  }

 private:
  static void jump(Fiber& from, Fiber& to, void** fake_stack);

  void (*entry_)() = nullptr;
  char* stack_ = nullptr;
  std::size_t size_ = 0;
  void* fake_stack_ = nullptr;  ///< of the address sanitizer
#if defined(__x86_64__)
  void* stack_pointer_ = nullptr;
#else
  ucontext_t context_;
#endif
};

}  // namespace emulator
