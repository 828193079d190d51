// Sums and scans over the threads of a block, in an order that only the number of threads decides.
#pragma once

#include "cuda/gpu.h"
#include "cuda/warp_sums.cuh"

namespace fractalsync::cuda {

inline constexpr int kWarp = 32;

/// Sums `count` values of every thread over the block of kThreads; all threads get the sums, in place. `shared` has
/// kThreads / 32 * count elements, and may be used again after the call.
template <int kThreads, int count, class T>
__device__ void block_sums(T (&values)[count], T* shared) {
  static_assert(kThreads % kWarp == 0);
  constexpr int kWarps = kThreads / kWarp;
  const int warp = static_cast<int>(threadIdx.x) / kWarp, lane = static_cast<int>(threadIdx.x) % kWarp;
  for (int k = 0; k < count; ++k) {
    for (int distance = kWarp / 2; distance > 0; distance /= 2)
      values[k] += __shfl_xor_sync(kAllLanes, values[k], distance);
    if (lane == 0) shared[warp * count + k] = values[k];
  }
  __syncthreads();
  for (int k = 0; k < count; ++k) {
    values[k] = shared[k];
    for (int w = 1; w < kWarps; ++w) values[k] += shared[w * count + k];
  }
  __syncthreads();
}

/// b^n for n >= 0.
template <class T>
__device__ T power(T b, int n) {
  T result = 1;
  for (; n > 0; n /= 2, b *= b)
    if (n % 2 == 1) result *= b;
  return result;
}

/// y_i = x_i + decay y_(i-1) over the threads of the block, in their order, with y = `carry` before the first. Returns
/// y_i, and the last thread's in `carry`. `shared` has kThreads / 32 elements, and may be used again after the call.
template <int kThreads, class T>
__device__ T decaying_sum(T x, T decay, T& carry, T* shared) {
  static_assert(kThreads % kWarp == 0);
  constexpr int kWarps = kThreads / kWarp;
  const int warp = static_cast<int>(threadIdx.x) / kWarp, lane = static_cast<int>(threadIdx.x) % kWarp;
  T factor = decay;  // decay^distance
  for (int distance = 1; distance < kWarp; distance *= 2, factor *= factor) {
    const T before = __shfl_up_sync(kAllLanes, x, static_cast<unsigned>(distance));
    if (lane >= distance) x += factor * before;
  }
  if (lane == kWarp - 1) shared[warp] = x;
  __syncthreads();
  // `factor` is decay^32 now. What comes into this warp, and what leaves the block.
  T into = carry, out = carry;
  for (int w = 0; w < kWarps; ++w) {
    out = shared[w] + factor * out;
    if (w + 1 == warp) into = out;
  }
  carry = out;
  __syncthreads();
  return x + power(decay, lane + 1) * into;
}

}  // namespace fractalsync::cuda
