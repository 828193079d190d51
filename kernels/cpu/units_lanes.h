// What happens to hidden units between two matrix products, sixteen units (columns) at a time over the whole batch:
// batch norm with ReLU, dropout, and the sums over the batch. Pointers are to the first of the 16 columns; rows are
// `stride` floats apart. Sums over the rows have one fixed order (four interleaved partial sums).
#pragma once

#include <cstdint>

#include "cpu/isa.h"

namespace fractalsync::cpu {

struct UnitShape {
  std::int64_t rows, stride;
};

/// Batch norm of 16 units: its parameters, and the moments it normalises by.
struct UnitNorm {
  const float *gamma, *beta;
  const float *mean, *inverse_deviation;
};

struct UnitDropout {
  std::uint64_t seed;
  std::uint32_t step;
  std::uint64_t layer, column;
  float rate;
};

struct UnitKernels {
  /// sums[c] = sum over the rows of values
  void (*column_sums)(const float* values, UnitShape, float* sums);
  /// Mean and 1 / sqrt(biased variance + epsilon) over the batch, which also move the running statistics (the
  /// variance by its unbiased estimate).
  void (*batch_moments)(const float* linear, UnitShape, float* mean, float* inverse_deviation, float* running_mean,
                        float* running_variance);
  /// The same two numbers from the running statistics.
  void (*running_moments)(const float* running_mean, const float* running_variance, float* mean,
                          float* inverse_deviation);
  /// activations = relu(gamma (linear - mean) inverse_deviation + beta)
  void (*normalise)(const float* linear, UnitShape, const UnitNorm&, float* activations);
  /// Replaces the gradient after batch norm by the one before it; the parameters' gradients are overwritten.
  void (*normalise_backward)(const float* linear, UnitShape, const UnitNorm&, float* gradient, float* grad_gamma,
                             float* grad_beta);
  /// Multiplies each activation by 0 or 1 / (1 - rate).
  void (*drop)(float* activations, UnitShape, const UnitDropout&);
};

FRACTALSYNC_DECLARE_KERNELS(UnitKernels, unit_kernels);

}  // namespace fractalsync::cpu
