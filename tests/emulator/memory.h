// Device memory: pages that the host cannot touch (a stray access from host code faults), with gaps between blocks that
// the address sanitizer and the checker watch. Fresh memory is filled with ones, which read as NaN.
#pragma once

#include <cstddef>

namespace emulator {

void* allocate_device(std::size_t bytes);  ///< 256-byte aligned; nullptr when there is no more
/// False when `block` is not the start of a live block.
bool release_device(void* block);
std::size_t live_device_blocks();

void* allocate_pinned(std::size_t bytes);
bool release_pinned(void* block);
std::size_t live_pinned_blocks();

enum class Residence { device, pinned, host };
Residence residence(const void* address);
/// True when all of it lies in one live block of device memory.
bool in_one_device_block(const void* address, std::size_t bytes);

/// While one lives, device memory can be touched: kernels and copies hold one.
class DeviceAccess {
 public:
  DeviceAccess();
  ~DeviceAccess();
  DeviceAccess(const DeviceAccess&) = delete;
  DeviceAccess& operator=(const DeviceAccess&) = delete;
};

}  // namespace emulator
