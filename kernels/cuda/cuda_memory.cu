#include "cuda/cuda_memory.h"

#include <cstdio>
#include <string>

#include "cuda/launch.h"

namespace fractalsync::cuda {
namespace {

/// How each place's memory is taken and given back, and what people call it.
template <Place kPlace>
constexpr const char* kPlaceName = kPlace == Place::device ? "GPU memory" : "pinned memory";

template <Place kPlace>
cudaError_t allocate_at(void** block, std::size_t bytes) {
  return kPlace == Place::device ? cudaMalloc(block, bytes) : cudaMallocHost(block, bytes);
}
template <Place kPlace>
cudaError_t free_at(void* block) {
  return kPlace == Place::device ? cudaFree(block) : cudaFreeHost(block);
}

}  // namespace

template <Place kPlace>
void* CudaMemory<kPlace>::take(std::size_t bytes) {
  void* block = nullptr;
  const std::string doing = "allocating " + std::to_string(bytes) + " bytes of " + kPlaceName<kPlace>;
  check(allocate_at<kPlace>(&block, bytes), doing.c_str());
  return block;
}

/// Called by destructors: reports and carries on.
template <Place kPlace>
void CudaMemory<kPlace>::release(void* block, std::size_t) noexcept {
  const cudaError_t error = free_at<kPlace>(block);
  if (error == cudaSuccess) return;
  cudaGetLastError();
  std::fprintf(stderr, "fractalsync: freeing %s: %s\n", kPlaceName<kPlace>, cudaGetErrorString(error));
}

template class CudaMemory<Place::device>;
template class CudaMemory<Place::pinned>;

}  // namespace fractalsync::cuda
