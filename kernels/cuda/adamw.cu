// The last stage of a step: the gradient's norm, then AdamW with clipping to it (math/adamw.h). Two kernels, since
// every parameter's step depends on every gradient.
//
// Norm: a block sums every n-th run of 256 squares, n blocks in all, each thread a chain over the runs, then a tree. In
// double: a square of floats is exact there and cannot overflow. Update: each block first adds up the n partial sums by
// the same tree, so that all have the same norm to the bit without a third kernel, and one of its threads computes the
// factors that all parameters share. n depends on the size alone: the norm is the same on every device.
//
// 4 bytes and two operations per parameter for the norm; 28 bytes (p, m, v read and written, g read) and some fifteen
// for the update, with one division and one square root. The default network's 83,000 parameters, 2.3 MB with moments
// and gradient, stay in the L2 cache: under 1 us each beside 2 us of launch and barrier latency. A wide network's come
// from memory: 32 bytes a parameter, 0.5 ms for 67 million at 4.3 TB/s.
#include <algorithm>
#include <cmath>

#include "cuda/cuda_backend.h"
#include "math/adamw.h"
#include "stages/batch_checks.h"

namespace fractalsync::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int kRuns = 4;  // consecutive runs of kThreads parameters that a block updates
constexpr std::int64_t kMostPartials = kThreads / 2;

/// The sum of `value` over the block, in all of its threads.
__device__ __forceinline__ double sum_of_block(double value) {
  GPU_SHARED(double, part, [kThreads]);
  const int thread = static_cast<int>(threadIdx.x);
  part[thread] = value;
#pragma unroll
  for (int half = kThreads / 2; half > 0; half /= 2) {
    __syncthreads();
    if (thread < half) part[thread] += part[thread + half];
  }
  __syncthreads();
  return part[0];
}

__global__ void __launch_bounds__(kThreads)
    gradient_norm_kernel(const float* gradient, std::int64_t size, double* partials) {
  double sum = 0;
  const std::int64_t step = std::int64_t{gridDim.x} * kThreads;
  for (std::int64_t i = std::int64_t{blockIdx.x} * kThreads + threadIdx.x; i < size; i += step) {
    const double g = gradient[i];
    sum += g * g;
  }
  sum = sum_of_block(sum);
  if (threadIdx.x == 0) partials[blockIdx.x] = sum;
}

struct Arrays {
  float* parameters;
  const float* gradient;
  float *first_moment, *second_moment;
  std::int64_t size;
};

__global__ void __launch_bounds__(kThreads) adamw_kernel(AdamWSpec spec, const StepState* now, Arrays arrays,
                                                         const double* partials, int partial_count, float* norm) {
  const int thread = static_cast<int>(threadIdx.x);
  const double length = std::sqrt(sum_of_block(thread < partial_count ? partials[thread] : 0.0));
  const auto rounded = static_cast<float>(length);
  if (blockIdx.x == 0 && thread == 0) norm[0] = rounded;
  if (!std::isfinite(rounded)) return;  // the same in all threads

  GPU_SHARED(math::AdamWFactors<float>, shared_factors, [1]);
  if (thread == 0) shared_factors[0] = math::adamw_factors(spec, now->step, now->learning_rate, length);
  __syncthreads();
  const math::AdamWFactors<float> factors = shared_factors[0];
  const std::int64_t step = std::int64_t{gridDim.x} * kThreads * kRuns;
  for (std::int64_t first = std::int64_t{blockIdx.x} * kThreads * kRuns + thread; first < arrays.size; first += step)
#pragma unroll
    for (int run = 0; run < kRuns; ++run) {
      const std::int64_t i = first + run * kThreads;
      if (i >= arrays.size) continue;
      float p = arrays.parameters[i], m = arrays.first_moment[i], v = arrays.second_moment[i];
      math::adamw_update(factors, arrays.gradient[i], p, m, v);
      arrays.parameters[i] = p;
      arrays.first_moment[i] = m;
      arrays.second_moment[i] = v;
    }
}

std::int64_t ceil_div(std::int64_t count, std::int64_t size) { return (count + size - 1) / size; }

}  // namespace

void CudaBackend::adamw(const AdamWSpec& spec, View<const StepState> now, const AdamWState& state, View<float> norm) {
  check_adamw(now, state, norm);
  const std::int64_t size = state.gradient.size();
  const std::int64_t runs = std::max<std::int64_t>(1, ceil_div(size, kThreads));
  const auto partial_count = static_cast<int>(std::min(runs, kMostPartials));
  double* const partials = scratch<double>(partial_count);
  launch("gradient_norm", gradient_norm_kernel, dim3(static_cast<unsigned>(partial_count)), dim3(kThreads), 0, stream(),
         state.gradient.data(), size, partials);
  // No more blocks than run at once, so that few add up the partial sums.
  const std::int64_t blocks = std::min<std::int64_t>(ceil_div(runs, kRuns), 8 * properties().multiProcessorCount);
  const Arrays arrays{state.parameters.data(), state.gradient.data(), state.first_moment.data(),
                      state.second_moment.data(), size};
  launch("adamw", adamw_kernel, dim3(static_cast<unsigned>(blocks)), dim3(kThreads), 0, stream(), spec, now.data(),
         arrays, partials, partial_count, norm.data());
}

}  // namespace fractalsync::cuda
