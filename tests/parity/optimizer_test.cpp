// AdamW with clipping against the formula in double, and what must not change its numbers. (PyTorch's own numbers:
// parity/mlp_test.cpp.)
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "backend.h"
#include "support/compare.h"
#include "support/isas.h"
#include "support/random.h"
#include "support/step_at.h"

namespace fractalsync::test {
namespace {

struct Arrays {
  explicit Arrays(std::int64_t size)
      : parameters(random_floats(1, size, -1, 1)),
        first(static_cast<std::size_t>(size)),
        second(static_cast<std::size_t>(size)),
        norm(1, NAN) {}

  void step(Backend& backend, const AdamWSpec& spec, std::int64_t number, const std::vector<float>& gradient) {
    // The tests count steps from 1, as the formula does.
    backend.adamw(spec, StepAt(backend, number - 1, 0.01f).view(), {parameters, gradient, first, second}, norm);
  }

  std::vector<float> parameters, first, second, norm;
};

std::vector<float> gradient_of_step(std::int64_t step, std::int64_t size) {
  return random_floats(static_cast<std::uint64_t>(10 + step), size, -0.1f, 0.3f);
}

TEST(AdamW, MatchesTheFormulaInDouble) {
  const AdamWSpec spec{.weight_decay = 0.1f, .clip_norm = 1};
  for (const std::string& isa : cpu_isas())
    for (const std::int64_t size : {1, 37, 4096, 10001}) {
      SCOPED_TRACE(isa + ", " + std::to_string(size));
      const auto backend = make_cpu_backend(2, isa);
      Arrays arrays(size);
      std::vector<double> p(arrays.parameters.begin(), arrays.parameters.end()), m(p.size()), v(p.size());
      const double b1 = spec.beta1, b2 = spec.beta2, rate = 0.01f;
      for (int t = 1; t <= 4; ++t) {
        const std::vector<float> gradient = gradient_of_step(t, size);
        arrays.step(*backend, spec, t, gradient);
        double squares = 0;
        for (const float g : gradient) squares += static_cast<double>(g) * g;
        EXPECT_LE(std::abs(arrays.norm[0] - std::sqrt(squares)), 0x1p-23 * std::sqrt(squares));
        const double scale = std::min(1.0, spec.clip_norm / std::sqrt(squares));
        for (std::size_t i = 0; i < p.size(); ++i) {
          const double g = scale * gradient[i];
          m[i] = b1 * m[i] + (1 - b1) * g;
          v[i] = b2 * v[i] + (1 - b2) * g * g;
          p[i] -= rate * spec.weight_decay * p[i];
          p[i] -= rate / (1 - std::pow(b1, t)) * m[i] / (std::sqrt(v[i] / (1 - std::pow(b2, t))) + spec.epsilon);
        }
        // Four roundings of the parameter (at most 1) per step, and some twenty of an update, which is at most
        // rate (1 - b1) / sqrt(1 - b2), about 3 rates, large.
        EXPECT_TRUE(all_near(View<const float>(arrays.parameters), View<const double>(p),
                             t * (4 * 0x1p-24 + 20 * 0x1p-24 * 3 * rate)));
      }
    }
}

TEST(AdamW, ThreadsAndInstructionSetsDoNotShow) {
  const std::int64_t size = 3 * 4096 + 48;
  Arrays expected(size);
  const auto reference = make_cpu_backend(1, cpu_isas().back());
  for (int t = 1; t <= 3; ++t) expected.step(*reference, {}, t, gradient_of_step(t, size));
  for (const std::string& isa : cpu_isas())
    for (const int threads : {1, 3}) {
      if (isa == "baseline") continue;  // rounds a b + c twice
      SCOPED_TRACE(isa + ", " + std::to_string(threads));
      const auto backend = make_cpu_backend(threads, isa);
      Arrays arrays(size);
      for (int t = 1; t <= 3; ++t) arrays.step(*backend, {}, t, gradient_of_step(t, size));
      EXPECT_TRUE(all_equal_bytes(arrays.parameters, expected.parameters));
      EXPECT_TRUE(all_equal_bytes(arrays.first, expected.first));
      EXPECT_TRUE(all_equal_bytes(arrays.second, expected.second));
      EXPECT_TRUE(all_equal_bytes(arrays.norm, expected.norm));
    }
}

TEST(AdamW, LeavesEverythingAloneWhenTheGradientIsBroken) {
  for (const float broken : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    const auto backend = make_cpu_backend(2);
    Arrays arrays(5000);
    arrays.step(*backend, {}, 1, gradient_of_step(1, 5000));
    const Arrays before = arrays;
    std::vector<float> gradient = gradient_of_step(2, 5000);
    gradient[4321] = broken;
    arrays.step(*backend, {}, 2, gradient);
    EXPECT_FALSE(std::isfinite(arrays.norm[0]));
    EXPECT_TRUE(all_equal_bytes(arrays.parameters, before.parameters));
    EXPECT_TRUE(all_equal_bytes(arrays.first, before.first));
    EXPECT_TRUE(all_equal_bytes(arrays.second, before.second));
  }
}

// Gradients whose squares overflow single precision still have a norm and are clipped.
TEST(AdamW, ClipsHugeGradients) {
  const auto backend = make_cpu_backend(1);
  Arrays arrays(64);
  arrays.step(*backend, {}, 1, std::vector<float>(64, 1e25f));
  EXPECT_LE(std::abs(arrays.norm[0] - 8e25), 8e25 * 0x1p-23);
  // Clipped to norm 1, each element is 1/8, and m = (1 - beta1) / 8.
  EXPECT_LE(std::abs(arrays.first[0] - 0.0125), 0.0125 * 1e-6);
}

TEST(AdamW, PaddingStaysZero) {
  const auto backend = make_cpu_backend(1);
  Arrays arrays(32);
  std::vector<float> gradient = gradient_of_step(1, 32);
  for (std::size_t i = 20; i < 32; ++i) arrays.parameters[i] = gradient[i] = 0;
  for (int t = 1; t <= 3; ++t) arrays.step(*backend, {}, t, gradient);
  for (std::size_t i = 20; i < 32; ++i) EXPECT_EQ(arrays.parameters[i], 0);
}

}  // namespace
}  // namespace fractalsync::test
