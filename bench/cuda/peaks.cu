#include "bench/cuda/cuda_bench.h"

namespace fractalsync::bench {
namespace {

constexpr int kThreads = 256, kBlocksPerProcessor = 8, kChains = 8, kSteps = 4096;

/// Independent chains, enough to hide their latency. The product decides nothing; it keeps the chains alive.
template <class T>
__global__ void __launch_bounds__(kThreads) fma_chains_kernel(T* out) {
  T x[kChains];
#pragma unroll
  for (int i = 0; i < kChains; ++i) x[i] = static_cast<T>(threadIdx.x + i);
  for (int n = 0; n < kSteps; ++n) {
#pragma unroll
    for (int i = 0; i < kChains; ++i) x[i] = fma(x[i], T(0.999), T(0.001));
  }
  T product = 1;
#pragma unroll
  for (int i = 0; i < kChains; ++i) product *= x[i];
  if (product == T(-1)) out[threadIdx.x] = product;
}

template <class T>
double fma_per_second(Device& device, cuda::CudaBackend& backend) {
  auto out = std::make_shared<Buffer<T>>(backend.memory(), kThreads);
  const auto blocks = static_cast<unsigned>(backend.properties().multiProcessorCount * kBlocksPerProcessor);
  const double seconds = shortest(
      device,
      [&] { cuda::launch("fma_chains", fma_chains_kernel<T>, blocks, kThreads, 0, backend.stream(), out->data()); },
      20);
  return 2.0 * kChains * kSteps * kThreads * blocks / seconds;
}

double copied_per_second(Device& device, cuda::CudaBackend& backend) {
  constexpr std::int64_t kBytes = std::int64_t{512} << 20;
  Buffer<char> from(backend.memory(), kBytes), to(backend.memory(), kBytes);
  cuda::check(cudaMemsetAsync(from.data(), 1, kBytes, backend.stream()), "filling memory");
  const double seconds = shortest(
      device,
      [&] {
        cuda::check(cudaMemcpyAsync(to.data(), from.data(), kBytes, cudaMemcpyDeviceToDevice, backend.stream()),
                    "copying memory");
      },
      5);
  return 2.0 * kBytes / seconds;
}

}  // namespace

Peaks measure_cuda_peaks(Device& device, cuda::CudaBackend& backend) {
  Peaks peaks;
  peaks.copy_bytes = copied_per_second(device, backend);
  peaks.fma_flops = fma_per_second<float>(device, backend);
  peaks.fma64_flops = fma_per_second<double>(device, backend);
  return peaks;
}

}  // namespace fractalsync::bench
