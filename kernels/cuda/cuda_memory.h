// Device memory, pinned host memory, and the scratch arena of the CUDA backend.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "core/buffer.h"
#include "cuda/gpu.h"

namespace fractalsync::cuda {

/// Blocks of device memory (256-byte aligned, as cudaMalloc gives them).
class DeviceMemory final : public Memory {
 public:
  void* allocate(std::size_t bytes) override;
  void release(void* block, std::size_t bytes) noexcept override;
  std::int64_t allocations() const override { return allocations_; }

 private:
  std::atomic<std::int64_t> allocations_{0};
};

/// Page-locked host memory, which the copy engine reads by itself while the processor goes on.
class PinnedMemory final : public Memory {
 public:
  void* allocate(std::size_t bytes) override;
  void release(void* block, std::size_t bytes) noexcept override;
  std::int64_t allocations() const override { return allocations_; }

 private:
  std::atomic<std::int64_t> allocations_{0};
};

}  // namespace fractalsync::cuda
