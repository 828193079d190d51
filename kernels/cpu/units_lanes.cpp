// Batch norm, dropout and sums over the batch, 16 units at a time (units_lanes.h). The 16 columns of a batch of a few
// hundred rows fit the first-level cache, so the passes over them cost arithmetic, not memory.
#include "cpu/units_lanes.h"

#include "cpu/lanes.h"
#include "math/mlp.h"
#include "stages/mlp.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {
namespace {

/// Sum over the rows of term(row) in four interleaved partial sums: the adder's latency is hidden, and the rounding
/// error grows four times more slowly.
template <class Term>
FS_LANES Lanes<float> sum_rows(std::int64_t rows, Term term) {
  Lanes<float> part[4] = {zeros<float>(), zeros<float>(), zeros<float>(), zeros<float>()};
  std::int64_t r = 0;
  for (; r + 4 <= rows; r += 4)
    _Pragma("GCC unroll 4") for (int i = 0; i < 4; ++i) part[i] = part[i] + term(r + i);
  for (; r < rows; ++r) part[0] = part[0] + term(r);
  return (part[0] + part[1]) + (part[2] + part[3]);
}

void column_sums(const float* values, UnitShape shape, float* sums) {
  store(sums, sum_rows(shape.rows, [&](std::int64_t r) { return load(values + r * shape.stride); }));
}

FS_LANES void store_inverse_deviation(Lanes<float> variance, float* to) {
  store(to, math::inverse_deviation(variance));
}

void batch_moments(const float* linear, UnitShape shape, float* mean, float* inverse_deviation, float* running_mean,
                   float* running_variance) {
  const Lanes<float> count = fill(static_cast<float>(shape.rows));
  const Lanes<float> centre =
      sum_rows(shape.rows, [&](std::int64_t r) { return load(linear + r * shape.stride); }) / count;
  const Lanes<float> squares = sum_rows(shape.rows, [&](std::int64_t r) {
    const Lanes<float> d = load(linear + r * shape.stride) - centre;
    return d * d;
  });
  store(mean, centre);
  store_inverse_deviation(squares / count, inverse_deviation);
  // A single row has no unbiased variance; 0 stands for it.
  const Lanes<float> unbiased = squares / fill(static_cast<float>(shape.rows > 1 ? shape.rows - 1 : 1));
  store(running_mean, math::running_statistic(load(running_mean), centre));
  store(running_variance, math::running_statistic(load(running_variance), unbiased));
}

void running_moments(const float* running_mean, const float* running_variance, float* mean,
                     float* inverse_deviation) {
  store(mean, load(running_mean));
  store_inverse_deviation(load(running_variance), inverse_deviation);
}

void normalise(const float* linear, UnitShape shape, const UnitNorm& norm, float* activations) {
  const Lanes<float> gamma = load(norm.gamma), beta = load(norm.beta), mean = load(norm.mean),
                     inverse_deviation = load(norm.inverse_deviation);
  for (std::int64_t r = 0; r < shape.rows; ++r) {
    const Lanes<float> x_hat = math::normalised(load(linear + r * shape.stride), mean, inverse_deviation);
    store(activations + r * shape.stride, math::rectified(mul_add(x_hat, gamma, beta)));
  }
}

void normalise_backward(const float* linear, UnitShape shape, const UnitNorm& norm, float* gradient,
                        float* grad_gamma, float* grad_beta) {
  const Lanes<float> mean = load(norm.mean), inverse_deviation = load(norm.inverse_deviation);
  const auto x_hat = [&](std::int64_t r) {
    return math::normalised(load(linear + r * shape.stride), mean, inverse_deviation);
  };
  const auto grad = [&](std::int64_t r) { return load(gradient + r * shape.stride); };
  const Lanes<float> sum = sum_rows(shape.rows, grad);
  const Lanes<float> sum_x_hat = sum_rows(shape.rows, [&](std::int64_t r) { return grad(r) * x_hat(r); });
  store(grad_beta, sum);
  store(grad_gamma, sum_x_hat);
  const Lanes<float> count = fill(static_cast<float>(shape.rows));
  const Lanes<float> gain = load(norm.gamma) * inverse_deviation;
  for (std::int64_t r = 0; r < shape.rows; ++r)
    store(gradient + r * shape.stride,
          math::batch_norm_gradient(grad(r), x_hat(r), gain, sum / count, sum_x_hat / count));
}

void drop(float* activations, UnitShape shape, const UnitDropout& dropout) {
  const float scale = 1 / (1 - dropout.rate);
  for (std::int64_t r = 0; r < shape.rows; r += 4) {
    alignas(64) float factor[4][kLanes];
    for (int l = 0; l < kLanes; ++l) {
      const RandomBlock random =
          math::dropout_words(dropout.seed, dropout.step, dropout.layer, static_cast<std::uint64_t>(r / 4),
                              dropout.column + static_cast<std::uint64_t>(l));
      for (int i = 0; i < 4; ++i) factor[i][l] = math::dropout_factor(random.word[i], dropout.rate, scale);
    }
    for (int i = 0; i < 4 && r + i < shape.rows; ++i) {
      float* row = activations + (r + i) * shape.stride;
      store(row, load(row) * load(factor[i]));
    }
  }
}

}  // namespace

const UnitKernels unit_kernels = {column_sums, batch_moments,      running_moments,
                                  normalise,   normalise_backward, drop};

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
