// Entry points of the optimiser's kernels of one instruction set.
#pragma once

#include <cstdint>

#include "cpu/isa.h"
#include "math/adamw.h"

namespace fractalsync::cpu {

struct OptimizerKernels {
  /// Sum of squares in double (each square is exact there), over sixteen partial sums. Any count.
  double (*sum_of_squares)(const float* values, std::int64_t count);
  /// One AdamW step of `count` parameters. Any count.
  void (*adamw)(const math::AdamWFactors<float>&, const float* gradient, std::int64_t count, float* parameters,
                float* first_moment, float* second_moment);
};

FRACTALSYNC_DECLARE_KERNELS(OptimizerKernels, optimizer_kernels);

}  // namespace fractalsync::cpu
