// AdamW and the gradient's norm over runs of the flat parameter array (optimizer_lanes.h).
#include "cpu/optimizer_lanes.h"

#include "cpu/lanes.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {
namespace {

double sum_of_squares(const float* values, std::int64_t count) {
  alignas(64) double part[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes)
    for (int l = 0; l < kLanes; ++l) part[l] += static_cast<double>(values[i + l]) * values[i + l];
  for (int l = 0; i < count; ++i, ++l) part[l] += static_cast<double>(values[i]) * values[i];
  return sum(load(part));
}

void adamw(const math::AdamWFactors<float>& factors, const float* gradient, std::int64_t count, float* parameters,
           float* first_moment, float* second_moment) {
  const math::AdamWFactors<Lanes<float>> wide = {
      fill(factors.gradient_scale),  fill(factors.beta1), fill(factors.beta2),
      fill(factors.one_minus_beta1), fill(factors.one_minus_beta2),
      fill(factors.decay),           fill(factors.step_size),
      fill(factors.second_moment_correction), fill(factors.epsilon)};
  std::int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    Lanes<float> p = load(parameters + i), m = load(first_moment + i), v = load(second_moment + i);
    math::adamw_update(wide, load(gradient + i), p, m, v);
    store(parameters + i, p);
    store(first_moment + i, m);
    store(second_moment + i, v);
  }
  for (; i < count; ++i)
    math::adamw_update(factors, gradient[i], parameters[i], first_moment[i], second_moment[i]);
}

}  // namespace

const OptimizerKernels optimizer_kernels = {sum_of_squares, adamw};

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
