#include "cuda/cuda_memory.h"

#include <cstdio>

#include "cuda/launch.h"

namespace fractalsync::cuda {
namespace {

/// Destructors report and carry on.
void report(cudaError_t error, const char* doing) noexcept {
  if (error == cudaSuccess) return;
  cudaGetLastError();
  std::fprintf(stderr, "fractalsync: %s: %s\n", doing, cudaGetErrorString(error));
}

}  // namespace

void* DeviceMemory::allocate(std::size_t bytes) {
  ++allocations_;
  void* block = nullptr;
  check(cudaMalloc(&block, bytes), ("allocating " + std::to_string(bytes) + " bytes of GPU memory").c_str());
  return block;
}

void DeviceMemory::release(void* block, std::size_t) noexcept { report(cudaFree(block), "freeing GPU memory"); }

void* PinnedMemory::allocate(std::size_t bytes) {
  ++allocations_;
  void* block = nullptr;
  check(cudaMallocHost(&block, bytes), ("allocating " + std::to_string(bytes) + " bytes of pinned memory").c_str());
  return block;
}

void PinnedMemory::release(void* block, std::size_t) noexcept {
  report(cudaFreeHost(block), "freeing pinned memory");
}

}  // namespace fractalsync::cuda
