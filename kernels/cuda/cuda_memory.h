// Where the CUDA backend's arrays lie: on the device, or in page-locked host memory.
#pragma once

#include <cstddef>

#include "core/buffer.h"
#include "cuda/gpu.h"

namespace fractalsync::cuda {

enum class Place { device, pinned };

/// device: 256-byte aligned blocks, as cudaMalloc gives them. pinned: host memory that the copy engine reads by itself
/// while the processor goes on.
template <Place kPlace>
class CudaMemory final : public Memory {
 public:
  void release(void* block, std::size_t bytes) noexcept override;

 private:
  void* take(std::size_t bytes) override;
};
extern template class CudaMemory<Place::device>;
extern template class CudaMemory<Place::pinned>;

using DeviceMemory = CudaMemory<Place::device>;
using PinnedMemory = CudaMemory<Place::pinned>;

}  // namespace fractalsync::cuda
