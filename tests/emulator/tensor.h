// Tensor cores: what a warp's mma.sync of TF32 numbers computes. A real one adds with more than single precision and
// cuts the result off; how it orders its sum is not documented. Here the sum is exact and then cut off.
#pragma once

#include "emulator/engine.h"

namespace emulator {

/// cvt.rna.tf32: to eleven significant bits, halves away from zero.
unsigned to_tf32(float x);

/// mma.sync.m16n8k8 by the whole warp: sum += A B. Registers as the PTX ISA lays them out.
void mma_tf32(float (&sum)[4], const unsigned (&a)[4], const unsigned (&b)[2], const Place& at);

/// What each lane brings to it, and takes away in `sum`.
struct MmaOperands {
  const unsigned* a;
  const unsigned* b;
  float* sum;
};
/// Of a whole warp.
void multiply_tf32(const MmaOperands* const (&lanes)[32]);

}  // namespace emulator
