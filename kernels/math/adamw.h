// One parameter's AdamW step (stages/optimizer.h). The number type T is float, double or lanes of them.
#pragma once

#include <cmath>
#include <cstdint>

#include "core/annotate.h"
#include "math/number.h"
#include "stages/optimizer.h"

namespace fractalsync::math {

/// What all parameters of one step share. With t the step from 1 on and eta the learning rate:
template <class T>
struct AdamWFactors {
  T gradient_scale;             ///< min(1, clip norm / norm)
  T beta1, beta2;
  T one_minus_beta1, one_minus_beta2;
  T decay;                      ///< 1 - eta * weight decay
  T step_size;                  ///< eta / (1 - beta1^t)
  T second_moment_correction;   ///< 1 / sqrt(1 - beta2^t)
  T epsilon;
};

/// Those of step `step` (from 0), for a gradient of this norm.
FS_FORMULA AdamWFactors<float> adamw_factors(const AdamWSpec& spec, std::int64_t step, float learning_rate,
                                             double norm) {
  const double beta1 = spec.beta1, beta2 = spec.beta2, eta = learning_rate;
  const auto t = static_cast<double>(step + 1);
  const bool clip = spec.clip_norm > 0 && norm > spec.clip_norm;
  AdamWFactors<float> f;
  f.gradient_scale = clip ? static_cast<float>(spec.clip_norm / norm) : 1.0f;
  f.beta1 = spec.beta1;
  f.beta2 = spec.beta2;
  f.one_minus_beta1 = static_cast<float>(1 - beta1);
  f.one_minus_beta2 = static_cast<float>(1 - beta2);
  f.decay = static_cast<float>(1 - eta * spec.weight_decay);
  f.step_size = static_cast<float>(eta / (1 - std::pow(beta1, t)));
  f.second_moment_correction = static_cast<float>(1 / std::sqrt(1 - std::pow(beta2, t)));
  f.epsilon = spec.epsilon;
  return f;
}

/// m <- beta1 m + (1 - beta1) g, v <- beta2 v + (1 - beta2) g^2,
/// p <- decay p - step_size m / (sqrt(v) second_moment_correction + epsilon).
template <class T>
FS_FORMULA void adamw_update(const AdamWFactors<T>& f, T gradient, T& parameter, T& first_moment, T& second_moment) {
  const T g = gradient * f.gradient_scale;
  first_moment = mul_add(f.beta1, first_moment, f.one_minus_beta1 * g);
  second_moment = mul_add(f.beta2, second_moment, f.one_minus_beta2 * g * g);
  const T denominator = mul_add(sqrt(second_moment), f.second_moment_correction, f.epsilon);
  parameter = f.decay * parameter - f.step_size * first_moment / denominator;
}

}  // namespace fractalsync::math
