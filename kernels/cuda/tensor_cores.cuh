// Products on tensor cores that are as accurate as float32 multiply-adds.
//
// A tensor core takes TF32, eleven significant bits. So a float32 is split in two, x = high + low + e with
// |low| <= 2^-11 |x| and |e| <= 2^-22 |x|, and of the four products the three that count are formed:
//   a b ~ high high + (low high + high low)      what is left out is at most (1 + 1 + 1) 2^-22 |a b|
// A tensor core adds with at least single precision, but cuts off instead of rounding. Cut off again and again, long
// sums would come out too small. Therefore the large products of every eight inner indices are added by the core to
// zeros, and by float32 additions, which round, to the sum; the small ones, whose errors are 2^-11 times as small, add
// up inside (Ootomo and Yokota, "Recovering single precision accuracy from Tensor Cores", 2022).
//
// With u = 2^-24, S = sum |a b| over a depth of K: the split costs 12 u S, cutting off eight products and an addend at
// the place of the largest 18 u S at most, the additions K / 8 u S; together (K / 8 + 30) u S, where a chain of
// multiply-adds has K u S. That is no more from a depth of 35 on.
#pragma once

#include "cuda/gpu.h"

namespace fractalsync::cuda {

#if defined(__CUDACC__)
/// x to the nearest TF32, as its bits.
__device__ __forceinline__ unsigned to_tf32(float x) {
  unsigned bits = 0;
#if __CUDA_ARCH__ >= 800
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(x));
#else
  __trap();  // never launched there: make_cuda_backend refuses
#endif
  return bits;
}

/// sum += A B, with A 16 x 8 and B 8 x 8 in the registers of a warp: lane 4 g + t holds
///   a   A(g, t), A(g + 8, t), A(g, t + 4), A(g + 8, t + 4)
///   b   B(t, g), B(t + 4, g)
///   sum C(g, 2 t), C(g, 2 t + 1), C(g + 8, 2 t), C(g + 8, 2 t + 1)
/// (PTX ISA, mma.m16n8k8 for .tf32).
__device__ __forceinline__ void mma_tf32(float (&sum)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
#if __CUDA_ARCH__ >= 800
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
      "{%0, %1, %2, %3};"
      : "+f"(sum[0]), "+f"(sum[1]), "+f"(sum[2]), "+f"(sum[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#else
  __trap();
#endif
}
#else
__device__ inline unsigned to_tf32(float x) { return emulator::to_tf32(x); }
__device__ inline void mma_tf32(float (&sum)[4], const unsigned (&a)[4], const unsigned (&b)[2],
                                const emulator::Place& at = emulator::Place::current()) {
  emulator::mma_tf32(sum, a, b, at);
}
#endif

/// kCount numbers of a lane, each as two TF32.
template <int kCount>
struct Split {
  unsigned high[kCount], low[kCount];

  __device__ __forceinline__ void set(int i, float x) {
    high[i] = to_tf32(x);
    low[i] = to_tf32(x - __uint_as_float(high[i]));
  }
};

/// A part of C while it is being summed up.
struct SplitSum {
  float large[4] = {}, small[4] = {};

  /// += A B
  __device__ __forceinline__ void add(const Split<4>& a, const Split<2>& b) {
    mma_tf32(small, a.low, b.high);
    mma_tf32(small, a.high, b.low);
    float product[4] = {};
    mma_tf32(product, a.high, b.high);
#pragma unroll
    for (int i = 0; i < 4; ++i) large[i] += product[i];
  }
  __device__ __forceinline__ float value(int i) const { return large[i] + small[i]; }
};

/// Where lane 4 g + t stands in the parts of a product.
struct TensorLane {
  int g, t;

  __device__ __forceinline__ TensorLane()
      : g(static_cast<int>(threadIdx.x) % 32 / 4), t(static_cast<int>(threadIdx.x) % 4) {}
  __device__ __forceinline__ int a_row(int i) const { return g + i % 2 * 8; }
  __device__ __forceinline__ int a_inner(int i) const { return t + i / 2 * 4; }
  __device__ __forceinline__ int b_inner(int i) const { return t + i * 4; }
  __device__ __forceinline__ int b_column() const { return g; }
  __device__ __forceinline__ int c_row(int i) const { return g + i / 2 * 8; }
  __device__ __forceinline__ int c_column(int i) const { return 2 * t + i % 2; }
};

inline constexpr int kTensorRows = 16, kTensorColumns = 8, kTensorDepth = 8;

}  // namespace fractalsync::cuda
