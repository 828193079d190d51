// Images and metrics in double against the independent golden arrays, and against what is known about them.
#include <gtest/gtest.h>

#include <cmath>

#include "support/julia_double.h"
#include "support/julia_golden.h"

namespace fractalsync {
namespace {

using test::JuliaDouble;

/// The golden settings without their rounding to float.
math::MetricConstants<double> exact(const test::JuliaGolden& g) {
  math::MetricConstants<double> c(g.metrics);
  c.edge_threshold = g.edge_threshold;
  c.change_rounding = 0.02;
  return c;
}

class JuliaGoldenTest : public testing::TestWithParam<JuliaImage> {};

TEST_P(JuliaGoldenTest, ImagesAndTangents) {
  const auto g = test::julia_golden(GetParam());
  const JuliaDouble ours(g.spec, exact(g), g.drawn);
  EXPECT_EQ(ours.overflowed, 0);
  double image_error = 0, largest[4] = {}, tangent_error[4] = {};
  const int side = g.spec.side;
  for (std::size_t t = 0, k = 0; t < ours.frames(); ++t)
    for (int j = 0; j < side; ++j)
      for (int i = 0; i < side; ++i, ++k) {
        image_error = std::max(image_error, std::abs(ours.pixel(t, 0, j, i) - g.image.values[k]));
        for (int d = 0; d < kTangents; ++d) {
          const double expected = static_cast<double>(
              g.tangent.values[((t * 4 + static_cast<std::size_t>(d)) * static_cast<std::size_t>(side) +
                                static_cast<std::size_t>(j)) *
                                   static_cast<std::size_t>(side) +
                               static_cast<std::size_t>(i)]);
          largest[d] = std::max(largest[d], std::abs(expected));
          tangent_error[d] = std::max(tangent_error[d], std::abs(ours.pixel(t, 1 + d, j, i) - expected));
        }
      }
  // Rounding of the orbit, 1e-16, times what it can grow by before a pixel counts as on the Julia set.
  EXPECT_LE(image_error, 1e-12);
  // Stored in single precision: half an ulp of the largest.
  for (int d = 0; d < kTangents; ++d) EXPECT_LE(tangent_error[d], 1e-7 * largest[d]) << "tangent " << d;
}

TEST_P(JuliaGoldenTest, MetricsAndJacobians) {
  const auto g = test::julia_golden(GetParam());
  const JuliaDouble ours(g.spec, exact(g), g.drawn);
  const test::ConnectednessDouble chi(g.connectedness, g.drawn);
  for (std::size_t m = 0; m < test::kGoldenMetrics; ++m) {
    SCOPED_TRACE(m < kMetrics ? kMetricNames[m] : "connectedness");
    double largest = 0, value_error = 0, jacobian_error = 0;
    for (std::size_t t = 0; t < ours.frames(); ++t) {
      const double value = m < kMetrics ? ours.values[t * kMetrics + m] : chi.chi[t];
      value_error = std::max(value_error, std::abs(value - g.values.values[t * test::kGoldenMetrics + m]));
      for (std::size_t d = 0; d < kTangents; ++d) {
        const double expected = g.jacobian.values[(t * test::kGoldenMetrics + m) * kTangents + d];
        const double actual = m < kMetrics ? ours.jacobian[(t * kMetrics + m) * kTangents + d]
                              : d < 2      ? chi.gradient[t * 2 + d]
                                           : 0;
        largest = std::max(largest, std::abs(expected));
        jacobian_error = std::max(jacobian_error, std::abs(actual - expected));
      }
    }
    EXPECT_LE(value_error, 1e-12);
    EXPECT_LE(jacobian_error, 1e-9 * largest);
  }
  EXPECT_TRUE(test::all_near(View<const double>(ours.previous_jacobian), View<const double>(g.previous_jacobian.values),
                             1e-9 * test::largest_magnitude(View<const double>(g.previous_jacobian.values))));
}

INSTANTIATE_TEST_SUITE_P(, JuliaGoldenTest, testing::Values(JuliaImage::V, JuliaImage::Q),
                         [](const auto& p) { return p.param == JuliaImage::V ? "V" : "Q"; });

}  // namespace
}  // namespace fractalsync
