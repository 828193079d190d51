// Follows every access of a kernel. The kernels' files are compiled with -fsanitize=thread, which makes the compiler
// call __tsan_read4 and the like before each access; those functions are ours here, and know blocks, barriers and warps.
//
// For each word of device and shared memory: who wrote it last and who read it since. Two accesses of which one writes
// are in order when one thread makes both, or a barrier of the block, of the warp (__syncwarp) or of the grid lies
// between them; otherwise they are a race, whatever order they happened to take.
#include "emulator/checker.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "emulator/engine.h"
#include "emulator/memory.h"

// The program's image: constants and static tables, which kernels may read.
extern "C" char __executable_start, _end;

namespace emulator::checker {
namespace {

constexpr std::size_t kWord = 4;

/// One access, or several of the same kind that nothing yet orders. Bytes of one word that several threads accessed
/// count as accessed by all of them: a thread that goes on to write its own byte again is reported, though it may.
struct Access {
  std::uint32_t launch = 0;  ///< 0: there was none
  std::uint32_t thread = 0, warp = 0;
  std::uint64_t block = 0;
  Epoch epoch{};
  std::uint8_t bytes = 0;  ///< of the word, one bit each
  bool atomic = false;
  bool several_threads = false, several_warps = false, several_blocks = false;
};

struct Word {
  Access write, read;
  std::uint8_t written = 0;  ///< bytes that hold a value
};

struct Region {
  std::uintptr_t first;
  std::size_t size;
  Kind kind;
  std::vector<Word> words;
};

std::map<std::uintptr_t, std::unique_ptr<Region>>& regions() {
  static auto& all = *new std::map<std::uintptr_t, std::unique_ptr<Region>>;
  return all;
}
std::uint32_t launches = 1;

Region* region_at(std::uintptr_t address) {
  auto at = regions().upper_bound(address);
  if (at == regions().begin()) return nullptr;
  --at;
  return address - at->first < at->second->size ? at->second.get() : nullptr;
}

std::uintptr_t number(const void* address) { return reinterpret_cast<std::uintptr_t>(address); }

/// Must `before` have happened when the running thread gets here?
bool ordered(const Access& before, const ThreadContext& now, const Epoch& epoch) {
  if (before.launch != launches || before.epoch.grid != epoch.grid) return true;
  if (before.several_blocks || before.block != now.block_rank) return false;
  if (before.epoch.block != epoch.block) return true;
  if (!before.several_threads && before.thread == now.rank) return true;
  return !before.several_warps && before.warp == now.warp && before.epoch.warp != epoch.warp;
}

std::string describe(const Region& region, std::uintptr_t address) {
  return std::string(region.kind == Kind::global ? "global" : "shared") + " memory, byte " +
         std::to_string(address - region.first) + " of " + std::to_string(region.size);
}

[[noreturn]] void report_race(const char* what, const Region& region, std::uintptr_t address, const Access& before) {
  fail(std::string("race: ") + what + " in " + describe(region, address) + ", against " +
       (before.several_threads ? "several threads, thread " : "thread ") + std::to_string(before.thread) +
       " of block " + std::to_string(before.block));
}

void remember(Access& access, const ThreadContext& now, const Epoch& epoch, std::uint8_t bytes, bool atomic) {
  if (access.launch == 0 || ordered(access, now, epoch)) {
    const bool same_thread = access.launch == launches && access.block == now.block_rank && access.thread == now.rank;
    const auto kept = static_cast<std::uint8_t>(same_thread ? access.bytes : 0);
    access = {launches, now.rank, now.warp, now.block_rank, epoch, static_cast<std::uint8_t>(kept | bytes), atomic};
    return;
  }
  access.bytes |= bytes;
  access.atomic = access.atomic && atomic;
  access.several_threads = access.several_threads || access.thread != now.rank || access.block != now.block_rank;
  access.several_blocks = access.several_blocks || access.block != now.block_rank;
  access.several_warps = access.several_warps || access.warp != now.warp;
}

void follow_word(Region& region, std::uintptr_t address, std::uint8_t bytes, bool reads, bool writes, bool atomic) {
  Word& word = region.words[(address - region.first / kWord * kWord) / kWord];
  const ThreadContext& now = current();
  const Epoch epoch = current_epoch();
  if (reads && (word.written & bytes) != bytes) fail("read of what nobody wrote: " + describe(region, address));
  if ((word.write.bytes & bytes) != 0 && !(word.write.atomic && atomic) && !ordered(word.write, now, epoch))
    report_race(writes ? "write after write" : "read after write", region, address, word.write);
  if (writes && (word.read.bytes & bytes) != 0 && !(word.read.atomic && atomic) && !ordered(word.read, now, epoch))
    report_race("write after read", region, address, word.read);
  if (writes) {
    remember(word.write, now, epoch, bytes, atomic);
    word.written |= bytes;
  } else {
    remember(word.read, now, epoch, bytes, atomic);
  }
}

void follow(const void* pointer, std::size_t size, bool reads, bool writes, bool atomic) {
  if (!in_kernel() || is_inside()) return;
  const Inside inside;
  const std::uintptr_t address = number(pointer);
  if (on_own_stack(pointer) || (!writes && in_arguments(pointer))) return;
  Region* const region = region_at(address);
  if (region == nullptr) {
    if (on_any_stack(pointer)) fail("access to another thread's local memory");
    if (!writes && pointer >= &__executable_start && pointer < &_end) return;
    if (residence(pointer) == Residence::device) fail("access outside of every array of global memory");
    fail(writes ? "write to what is not device memory" : "read of what is not device memory");
  }
  if (address - region->first + size > region->size) fail("access across the end of " + describe(*region, address));
  if ((size == 2 || size == 4 || size == 8 || size == 16) && address % size != 0)
    fail("misaligned access of " + std::to_string(size) + " bytes to " + describe(*region, address));
  for (std::uintptr_t word = address / kWord * kWord; word < address + size; word += kWord) {
    const std::uintptr_t first = std::max(word, address), last = std::min(word + kWord, address + size);
    std::uint8_t bytes = 0;
    for (std::uintptr_t byte = first; byte < last; ++byte) bytes |= static_cast<std::uint8_t>(1u << (byte - word));
    follow_word(*region, first, bytes, reads, writes, atomic);
  }
}

void mark_written(Region& region, std::uintptr_t address, bool written) {
  Word& word = region.words[(address - region.first / kWord * kWord) / kWord];
  const auto bit = static_cast<std::uint8_t>(1u << address % kWord);
  word.written = static_cast<std::uint8_t>(written ? word.written | bit : word.written & ~bit);
}

}  // namespace

void allocated(void* block, std::size_t bytes, Kind kind) {
  regions()[number(block)] =
      std::make_unique<Region>(Region{number(block), bytes, kind, std::vector<Word>((bytes + kWord - 1) / kWord + 1)});
}

void released(void* block) { regions().erase(number(block)); }

void launch_began() { ++launches; }

void refreshed(void* block) {
  for (Word& word : regions().at(number(block))->words) word = {};
}

void copied(void* destination, const void* source, std::size_t bytes) {
  Region* const to = region_at(number(destination));
  if (to == nullptr) return;
  Region* const from = source != nullptr ? region_at(number(source)) : nullptr;
  for (std::size_t i = 0; i < bytes; ++i) {
    const std::uintptr_t read = number(source) + i;
    const bool written =
        from == nullptr || (from->words[(read - from->first / kWord * kWord) / kWord].written >> read % kWord & 1) != 0;
    mark_written(*to, number(destination) + i, written);
  }
}

void atomic_access(const void* address, std::size_t bytes, bool writes) { follow(address, bytes, true, writes, true); }

bool present() { return true; }

namespace {

void read(const void* address, std::size_t size) { follow(address, size, true, false, false); }
void write(const void* address, std::size_t size) { follow(address, size, false, true, false); }
void read_range(const void* address, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) read(static_cast<const char*>(address) + i, 1);
}
void write_range(const void* address, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) write(static_cast<const char*>(address) + i, 1);
}

}  // namespace
}  // namespace emulator::checker

// The compiler's side of the contract.
extern "C" {
#define EMULATOR_ACCESS(size)                                                                      \
  void __tsan_read##size(void* address) { emulator::checker::read(address, size); }                \
  void __tsan_write##size(void* address) { emulator::checker::write(address, size); }              \
  void __tsan_unaligned_read##size(void* address) { emulator::checker::read(address, size); }      \
  void __tsan_unaligned_write##size(void* address) { emulator::checker::write(address, size); }    \
  void __tsan_volatile_read##size(void* address) { emulator::checker::read(address, size); }       \
  void __tsan_volatile_write##size(void* address) { emulator::checker::write(address, size); }
EMULATOR_ACCESS(1)
EMULATOR_ACCESS(2)
EMULATOR_ACCESS(4)
EMULATOR_ACCESS(8)
EMULATOR_ACCESS(16)
void __tsan_read_range(void* address, unsigned long size) { emulator::checker::read_range(address, size); }
void __tsan_write_range(void* address, unsigned long size) { emulator::checker::write_range(address, size); }
void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
void __tsan_vptr_update(void**, void*) {}
void __tsan_vptr_read(void**) {}
// Guards of static variables.
unsigned char __tsan_atomic8_load(const volatile unsigned char* address, int) {
  return __atomic_load_n(address, __ATOMIC_ACQUIRE);
}
// Reference counts and counters of host code.
#define EMULATOR_ATOMIC(bits, type)                                                                        \
  type __tsan_atomic##bits##_load(const volatile type* address, int) {                                     \
    return __atomic_load_n(address, __ATOMIC_SEQ_CST);                                                     \
  }                                                                                                        \
  void __tsan_atomic##bits##_store(volatile type* address, type value, int) {                              \
    __atomic_store_n(address, value, __ATOMIC_SEQ_CST);                                                    \
  }                                                                                                        \
  type __tsan_atomic##bits##_fetch_add(volatile type* address, type value, int) {                          \
    return __atomic_fetch_add(address, value, __ATOMIC_SEQ_CST);                                           \
  }
EMULATOR_ATOMIC(32, unsigned)
EMULATOR_ATOMIC(64, unsigned long)
}
