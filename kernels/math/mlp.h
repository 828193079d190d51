// The network's element-wise formulas: ReLU, batch norm and dropout, each with its derivative. The number type T is
// float, double or lanes of them (math/number.h).
//
// Batch norm: Ioffe & Szegedy, "Batch normalization", 2015, as torch.nn.BatchNorm1d has it.
#pragma once

#include <cstdint>

#include "core/annotate.h"
#include "core/rng.h"
#include "math/number.h"
#include "stages/mlp.h"

namespace fractalsync::math {

/// max(x, 0), but NaN stays NaN: a broken input must not look like a unit that is off.
template <class T>
FS_FORMULA T rectified(T x) {
  const T zero = constant<T>(0);
  return select(x <= zero, zero, x);
}

/// The gradient before ReLU and dropout: those two made the unit's output 0 (off) or `scale` times their input.
template <class T>
FS_FORMULA T gated(T output, T gradient, T scale) {
  const T zero = constant<T>(0);
  return select(output > zero, gradient * scale, zero);
}

template <class T>
FS_FORMULA T inverse_deviation(T variance) {
  return constant<T>(1) / sqrt(variance + constant<T>(kBatchNormEpsilon));
}

template <class T>
FS_FORMULA T normalised(T x, T mean, T inverse_deviation) {
  return (x - mean) * inverse_deviation;
}

/// The running statistic after a batch whose own one is `batch`.
template <class T>
FS_FORMULA T running_statistic(T running, T batch) {
  return mul_add(constant<T>(kBatchNormMomentum), batch - running, running);
}

/// The gradient before batch norm. y = gamma x_hat + beta, x_hat = (x - mean) / deviation, where mean and deviation
/// depend on every x of the batch, so that with means over the batch
///   dx = gamma / deviation * (dy - mean(dy) - x_hat mean(dy x_hat)).
template <class T>
FS_FORMULA T batch_norm_gradient(T grad_y, T x_hat, T gain, T mean_grad, T mean_grad_x_hat) {
  return gain * (grad_y - mul_add(x_hat, mean_grad_x_hat, mean_grad));
}

/// Random words for dropout: word w decides on row 4 * row_group + w of one column (unit) of one layer, layer and
/// column < 2^16, row_group < 2^32.
FS_FORMULA RandomBlock dropout_words(std::uint64_t seed, std::uint32_t step, std::uint64_t layer,
                                     std::uint64_t row_group, std::uint64_t column) {
  return random_block(seed, RandomStream::dropout, layer << 48 | row_group << 16 | column, step);
}

/// What a unit's output is multiplied by: 0 with probability `rate`, else `scale` = 1 / (1 - rate).
FS_FORMULA float dropout_factor(std::uint32_t word, float rate, float scale) {
  return uniform_float(word) >= rate ? scale : 0.0f;
}

}  // namespace fractalsync::math
