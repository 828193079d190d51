// What a GPU can do at all, and what CUDA's libraries do with the same problems. Each baseline queues its work on the
// backend's stream, as the stages do.
#pragma once

#include <algorithm>

#include "bench/device.h"
#include "cuda/cuda_backend.h"

namespace fractalsync::bench {

/// Copies in device memory, and fused multiply-adds on all multiprocessors.
Peaks measure_cuda_peaks(Device& device, cuda::CudaBackend& backend);

/// The shortest of several measurements, since a peak is what is possible; seconds per run.
inline double shortest(Device& device, const Run& run, int repeats) {
  device.time(run, 1);
  double best = device.time(run, repeats);
  for (int i = 0; i < 5; ++i) best = std::min(best, device.time(run, repeats));
  return best / repeats;
}

/// cuFFT's transforms alone, on resident data.
std::vector<Baseline> cufft_transforms(cuda::CudaBackend& backend, const Transforms& problem, std::uint64_t seed);

/// A network's matrix products, bias and ReLU fused into them forward, in float and in TF32.
std::vector<Baseline> cublaslt_products(cuda::CudaBackend& backend, const Products& problem, std::uint64_t seed);
/// Sets the peak of a matrix product.
void measure_cublaslt_product(Device& device, cuda::CudaBackend& backend, Peaks& peaks);

/// The network's BatchNorm1d layers alone; nothing for a network without any.
std::vector<Baseline> cudnn_batch_norm(cuda::CudaBackend& backend, const Products& problem, std::uint64_t seed);

}  // namespace fractalsync::bench
