#include "emulator/memory.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <new>

#include "emulator/checker.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, size) static_cast<void>(0)
#endif

namespace emulator {
namespace {

constexpr std::size_t kReserved = std::size_t{16} << 30;  // addresses, not memory
constexpr std::size_t kAlignment = 256, kPage = 4096;

std::size_t rounded(std::size_t bytes, std::size_t to) { return (bytes + to - 1) / to * to; }

/// Addresses are never given out twice, so that use after release is always seen.
class Arena {
 public:
  Arena()
      : base_(static_cast<char*>(mmap(nullptr, kReserved, PROT_NONE,
                                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))) {
    if (base_ == MAP_FAILED) throw std::bad_alloc();
  }

  void* allocate(std::size_t bytes) {
    const std::size_t taken = rounded(bytes + kAlignment, kAlignment);
    if (used_ + taken > kReserved || taken < bytes) return nullptr;
    char* const block = base_ + used_;
    used_ += taken;
    blocks_[block] = bytes;
    ASAN_POISON_MEMORY_REGION(block + bytes, taken - bytes);
    const DeviceAccess access;
    std::memset(block, 0xff, bytes);
    checker::allocated(block, bytes, checker::Kind::global);
    return block;
  }
  bool release(void* block) {
    const auto at = blocks_.find(static_cast<char*>(block));
    if (at == blocks_.end()) return false;
    checker::released(block);
    ASAN_POISON_MEMORY_REGION(at->first, at->second);
    // Whole pages go back to the system.
    char* const first = base_ + rounded(static_cast<std::size_t>(at->first - base_), kPage);
    char* const last = base_ + static_cast<std::size_t>(at->first + at->second - base_) / kPage * kPage;
    if (first < last) madvise(first, static_cast<std::size_t>(last - first), MADV_DONTNEED);
    blocks_.erase(at);
    return true;
  }
  bool holds(const void* address) const { return address >= base_ && address < base_ + kReserved; }
  bool holds_all(const void* address, std::size_t bytes) const {
    auto at = blocks_.upper_bound(const_cast<char*>(static_cast<const char*>(address)));
    if (at == blocks_.begin()) return false;
    --at;
    const auto offset = static_cast<std::size_t>(static_cast<const char*>(address) - at->first);
    return offset <= at->second && bytes <= at->second - offset;
  }
  std::size_t live() const { return blocks_.size(); }
  void protect(int protection) { mprotect(base_, rounded(used_, kPage), protection); }

 private:
  char* base_;
  std::size_t used_ = 0;  // addresses never given out cannot be touched at all
  std::map<char*, std::size_t> blocks_;
};

Arena& arena() {
  static Arena& instance = *new Arena;  // outlives every test's objects
  return instance;
}

std::map<const char*, std::size_t>& pinned() {
  static auto& blocks = *new std::map<const char*, std::size_t>;
  return blocks;
}

int accesses = 0;

}  // namespace

DeviceAccess::DeviceAccess() {
  if (accesses++ == 0) arena().protect(PROT_READ | PROT_WRITE);
}
DeviceAccess::~DeviceAccess() {
  if (--accesses == 0) arena().protect(PROT_NONE);
}

void* allocate_device(std::size_t bytes) { return arena().allocate(bytes); }
bool release_device(void* block) { return arena().release(block); }
std::size_t live_device_blocks() { return arena().live(); }

void* allocate_pinned(std::size_t bytes) {
  void* block = std::malloc(bytes);
  if (block != nullptr) pinned()[static_cast<const char*>(block)] = bytes;
  return block;
}
bool release_pinned(void* block) {
  if (pinned().erase(static_cast<const char*>(block)) == 0) return false;
  std::free(block);
  return true;
}
std::size_t live_pinned_blocks() { return pinned().size(); }

Residence residence(const void* address) {
  if (arena().holds(address)) return Residence::device;
  const auto at = pinned().upper_bound(static_cast<const char*>(address));
  if (at == pinned().begin()) return Residence::host;
  const auto& [first, bytes] = *std::prev(at);
  return static_cast<const char*>(address) < first + bytes ? Residence::pinned : Residence::host;
}

bool in_one_device_block(const void* address, std::size_t bytes) { return arena().holds_all(address, bytes); }

}  // namespace emulator
