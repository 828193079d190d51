// Sums over the lanes of a warp, in one fixed tree.
#pragma once

#include "cuda/gpu.h"

namespace fractalsync::cuda {

inline constexpr unsigned kAllLanes = 0xffffffffu;

namespace detail {

/// Lanes whose bit kHalf is set keep the upper half of v[2 kHalf], the others the lower, and each adds what the lane on
/// the other side had there; so on until one number is left. (By recursion, since the compiler must see every index:
/// the numbers stay in registers.)
template <int kHalf>
__device__ void halve(float* v, unsigned lane) {
  if constexpr (kHalf > 0) {
    const bool upper = (lane & unsigned{kHalf}) != 0;
#pragma unroll
    for (int i = 0; i < kHalf; ++i) {
      const float kept = upper ? v[i + kHalf] : v[i], given = upper ? v[i] : v[i + kHalf];
      v[i] = kept + __shfl_xor_sync(kAllLanes, given, kHalf);
    }
    halve<kHalf / 2>(v, lane);
  }
}

}  // namespace detail

/// Adds up kCount numbers of every lane (a power of two, at most 32); returns sum number lane % kCount. 31 shuffles for
/// 32 sums, where 32 trees would take 160. All lanes of the warp take part. `v` is overwritten.
template <int kCount>
__device__ float sum_over_lanes(float (&v)[kCount]) {
  detail::halve<kCount / 2>(v, threadIdx.x % 32);
  float sum = v[0];
#pragma unroll
  for (int distance = kCount; distance < 32; distance *= 2) sum += __shfl_xor_sync(kAllLanes, sum, distance);
  return sum;
}

}  // namespace fractalsync::cuda
