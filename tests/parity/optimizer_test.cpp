// AdamW with clipping against the formula in double, and its edges. (PyTorch's own numbers: parity/mlp_test.cpp.)
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "support/adamw_run.h"
#include "support/compare.h"
#include "support/test_backends.h"

namespace fractalsync::test {
namespace {

class AdamW : public testing::TestWithParam<TestBackend> {
 protected:
  std::unique_ptr<Backend> backend = GetParam().make();
};

TEST_P(AdamW, MatchesTheFormulaInDouble) {
  const AdamWSpec spec{.weight_decay = 0.1f, .clip_norm = 1};
  for (const std::int64_t size : {1, 37, 4096, 10001}) {
    SCOPED_TRACE(size);
    AdamWRun arrays(size);
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

TEST_P(AdamW, LeavesEverythingAloneWhenTheGradientIsBroken) {
  for (const float broken : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    AdamWRun arrays(5000);
    arrays.step(*backend, {}, 1, gradient_of_step(1, 5000));
    const AdamWRun before = arrays;
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
TEST_P(AdamW, ClipsHugeGradients) {
  AdamWRun arrays(64);
  arrays.step(*backend, {}, 1, std::vector<float>(64, 1e25f));
  EXPECT_LE(std::abs(arrays.norm[0] - 8e25), 8e25 * 0x1p-23);
  // Clipped to norm 1, each element is 1/8, and m = (1 - beta1) / 8.
  EXPECT_LE(std::abs(arrays.first[0] - 0.0125), 0.0125 * 1e-6);
}

TEST_P(AdamW, PaddingStaysZero) {
  AdamWRun arrays(32);
  std::vector<float> gradient = gradient_of_step(1, 32);
  for (std::size_t i = 20; i < 32; ++i) arrays.parameters[i] = gradient[i] = 0;
  for (int t = 1; t <= 3; ++t) arrays.step(*backend, {}, t, gradient);
  for (std::size_t i = 20; i < 32; ++i) EXPECT_EQ(arrays.parameters[i], 0);
}

INSTANTIATE_TEST_SUITE_P(Backends, AdamW, testing::ValuesIn(test_backends()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace fractalsync::test
