// Derivatives of the Julia stages against central differences, in double through the product's own templates; and
// identities that they satisfy.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/julia_double.h"
#include "support/random.h"

namespace fractalsync {
namespace {

using test::JuliaDouble;

const math::MetricConstants<double>& all_metrics() {
  static const math::MetricConstants<double> constants = [] {
    MetricsSpec spec;
    spec.selection = MetricSelection::all;
    return math::MetricConstants<double>(spec);
  }();
  return constants;
}

JuliaSpec spec_of(JuliaImage image, int side) {
  JuliaSpec spec;
  spec.image = image;
  spec.side = side;
  if (image == JuliaImage::Q) spec.max_iterations = 24;
  return spec;
}

/// Frames with c in |Re|, |Im| < 0.9, where some Julia sets are connected and some dust.
std::vector<double> some_frames(std::uint64_t seed, std::int64_t frames) {
  const auto u = test::random_floats(seed, 4 * frames, -0.9f, 0.9f);
  return {u.begin(), u.end()};
}

class JuliaGradient : public testing::TestWithParam<std::tuple<JuliaImage, int>> {};

TEST_P(JuliaGradient, MatchesDifferences) {
  const auto [image, side] = GetParam();
  const JuliaSpec spec = spec_of(image, side);
  const std::uint64_t seed = 31;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  const std::size_t frames = 12;
  const auto drawn = some_frames(seed, frames);
  const JuliaDouble at(spec, all_metrics(), drawn);
  EXPECT_EQ(at.overflowed, 0);
  std::vector<double> errors[kMetrics];
  double largest[kMetrics] = {};
  for (std::size_t t = 1; t + 1 < frames; ++t)
    for (std::size_t d = 0; d < kTangents; ++d) {
      // Row 1 of the window moves; its own metrics and the change of row 2 are what depends on it.
      const auto moved = [&](double by) {
        std::vector<double> window(drawn.begin() + static_cast<std::ptrdiff_t>(4 * (t - 1)),
                                   drawn.begin() + static_cast<std::ptrdiff_t>(4 * (t + 2)));
        window[4 + d] += by;
        return JuliaDouble(spec, all_metrics(), window).values;
      };
      const auto coarse_up = moved(1e-6), coarse_down = moved(-1e-6), fine_up = moved(1e-7), fine_down = moved(-1e-7);
      const auto check = [&](std::size_t row, std::size_t m, double analytic) {
        const std::size_t k = row * kMetrics + m;
        errors[m].push_back(std::min(std::abs((coarse_up[k] - coarse_down[k]) / 2e-6 - analytic),
                                     std::abs((fine_up[k] - fine_down[k]) / 2e-7 - analytic)));
        largest[m] = std::max(largest[m], std::abs(analytic));
      };
      for (std::size_t m = 0; m < kMetrics; ++m) check(1, m, at.jacobian[(t * kMetrics + m) * kTangents + d]);
      check(2, kTemporalChange, at.previous_jacobian[(t + 1) * kTangents + d]);
    }
  // A central difference is wrong by f''' h^2 / 6 + ulp / h. Where the image is smooth on the scale of the step that is
  // 1e-10; a frame near the boundary has pixels that vary on the scale of 1e-5, for which the finer step is there.
  for (std::size_t m = 0; m < kMetrics; ++m) {
    SCOPED_TRACE(kMetricNames[m]);
    auto& e = errors[m];
    std::nth_element(e.begin(), e.begin() + static_cast<std::ptrdiff_t>(e.size() / 2), e.end());
    EXPECT_LE(e[e.size() / 2], 1e-5 * largest[m]);
    EXPECT_LE(*std::max_element(e.begin(), e.end()), 1e-3 * largest[m]);
    EXPECT_GT(largest[m], 0);
  }
}

INSTANTIATE_TEST_SUITE_P(, JuliaGradient,
                         testing::Combine(testing::Values(JuliaImage::V, JuliaImage::Q, JuliaImage::W),
                                          testing::Values(4, 6, 18, 32, 48, 50)),
                         [](const auto& p) {
                           return std::string(kJuliaImageNames[static_cast<int>(std::get<0>(p.param))]) + "_" +
                                  std::to_string(std::get<1>(p.param));
                         });

TEST(ConnectednessGradient, MatchesDifferences) {
  const std::uint64_t seed = 32;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  auto drawn = some_frames(seed, 100);
  ConnectednessSpec spec;
  spec.max_iterations = 256;
  for (const int level : {8, 12}) {
    spec.level = level;
    const test::ConnectednessDouble at(spec, drawn);
    std::vector<double> errors;
    double largest = 0;
    for (std::size_t d = 0; d < 2; ++d) {
      auto up = drawn, down = drawn;
      for (std::size_t t = 0; t < 100; ++t) {
        up[4 * t + d] += 1e-6;
        down[4 * t + d] -= 1e-6;
      }
      const test::ConnectednessDouble above(spec, up), below(spec, down);
      for (std::size_t t = 0; t < 100; ++t) {
        errors.push_back(std::abs((above.chi[t] - below.chi[t]) / 2e-6 - at.gradient[2 * t + d]));
        largest = std::max(largest, std::abs(at.gradient[2 * t + d]));
      }
    }
    std::sort(errors.begin(), errors.end());
    EXPECT_LE(errors[errors.size() / 2], 1e-5 * largest);
    EXPECT_LE(errors.back(), 1e-3 * largest);
    EXPECT_GT(largest, 0);
  }
}

TEST(ConnectednessGradient, IsNothingWhereTheOrbitIsBounded) {
  const test::ConnectednessDouble at({}, {0, 0, 0, 0, -1, 0, 0, 0, -0.1, 0.2, 0, 0, -0.12, 0.74, 0, 0});
  for (const double chi : at.chi) EXPECT_EQ(chi, 1);
  for (const double slope : at.gradient) EXPECT_EQ(slope, 0);
}

TEST(JuliaIdentities, ConjugateParametersTurnTheImageOver) {
  for (const JuliaImage image : {JuliaImage::V, JuliaImage::Q, JuliaImage::W}) {
    const JuliaSpec spec = spec_of(image, 20);
    const JuliaDouble a(spec, all_metrics(), {-0.7, 0.2, 0.1, 0}), b(spec, all_metrics(), {-0.7, -0.2, 0.1, 0});
    for (int j = 0; j < 20; ++j)
      for (int i = 0; i < 20; ++i) {
        // One rounding apart at most: products change order.
        EXPECT_NEAR(a.pixel(0, 0, j, i), b.pixel(0, 0, 19 - j, i), 1e-13);
        EXPECT_NEAR(a.pixel(0, 2, j, i), -b.pixel(0, 2, 19 - j, i), 1e-10);
      }
    // By symmetry nothing depends on Im c to first order at a real c.
    const JuliaDouble real(spec, all_metrics(), {-0.7, 0, 0.1, 0});
    for (std::size_t m = 0; m < kMetrics; ++m) EXPECT_NEAR(real.jacobian[m * kTangents + 1], 0, 1e-10);
  }
}

TEST(JuliaIdentities, TheCircleHasItsKnownPotential) {
  // c = 0: G = ln|z_0| outside the unit disk.
  JuliaSpec spec = spec_of(JuliaImage::Q, 32);
  const JuliaDouble circle(spec, all_metrics(), {0, 0, 0, 0.4});
  const double epsilon = std::ldexp(1.0, -spec.potential_level);
  for (int j = 0; j < 32; ++j)
    for (int i = 0; i < 32; ++i) {
      const double x = (2 * i + 1) / 32.0 - 1, y = (2 * j + 1) / 32.0 - 1;
      const double potential = std::max(std::log(2 * std::hypot(x, y)), 0.0);
      const double expected = std::log1p(1 / std::hypot(potential, epsilon)) / std::log1p(1 / epsilon);
      EXPECT_NEAR(circle.pixel(0, 0, j, i), expected, 1e-12);
      EXPECT_NEAR(circle.pixel(0, 4, j, i), 0, 1e-12);
    }
}

TEST(JuliaIdentities, AFlatImageHasNoDerivatives) {
  for (const JuliaImage image : {JuliaImage::V, JuliaImage::Q, JuliaImage::W}) {
    const JuliaDouble flat(spec_of(image, 48), all_metrics(), {0, 0, std::log(10.0), 0, 0, 0, std::log(10.0), 0});
    const double expected[kMetrics] = {0, 1, 1, 1e-3, 0, 0};
    for (std::size_t m = 0; m < kMetrics; ++m) {
      EXPECT_NEAR(flat.values[kMetrics + m], expected[m], 1e-12);
      for (std::size_t d = 0; d < kTangents; ++d) EXPECT_EQ(flat.jacobian[(kMetrics + m) * kTangents + d], 0);
    }
  }
}

TEST(TemporalChange, AMovementOfAllFramesTogetherChangesNothing) {
  std::vector<double> drawn;
  for (int t = 0; t < 8; ++t) drawn.insert(drawn.end(), {-0.6, 0.45, 0.2, 0.7});
  const JuliaDouble still(spec_of(JuliaImage::V, 32), all_metrics(), drawn);
  for (std::size_t t = 1; t < 8; ++t) {
    EXPECT_EQ(still.values[t * kMetrics + kTemporalChange], 0);
    for (std::size_t d = 0; d < kTangents; ++d) {
      EXPECT_EQ(still.jacobian[(t * kMetrics + kTemporalChange) * kTangents + d], 0);
      EXPECT_EQ(still.previous_jacobian[t * kTangents + d], 0);
    }
  }
}

TEST(TemporalChange, BothFramesOfAPairMove) {
  const std::uint64_t seed = 33;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  const JuliaSpec spec = spec_of(JuliaImage::V, 32);
  const std::size_t frames = 8;
  auto drawn = some_frames(seed, frames);
  const auto weights = test::random_floats(seed + 1, frames, -1, 1);
  const auto weighted = [&](const JuliaDouble& julia) {
    double total = 0;
    for (std::size_t t = 1; t < frames; ++t)
      total += static_cast<double>(weights[t]) * julia.values[t * kMetrics + kTemporalChange];
    return total;
  };
  const JuliaDouble at(spec, all_metrics(), drawn);
  for (std::size_t d = 0; d < kTangents; ++d) {
    // Every second frame moves.
    double analytic = 0;
    auto up = drawn, down = drawn;
    for (std::size_t t = 0; t < frames; t += 2) {
      if (t > 0)
        analytic += static_cast<double>(weights[t]) * at.jacobian[(t * kMetrics + kTemporalChange) * kTangents + d];
      analytic += static_cast<double>(weights[t + 1]) * at.previous_jacobian[(t + 1) * kTangents + d];
      up[4 * t + d] += 1e-6;
      down[4 * t + d] -= 1e-6;
    }
    const double numeric =
        (weighted(JuliaDouble(spec, all_metrics(), up)) - weighted(JuliaDouble(spec, all_metrics(), down))) / 2e-6;
    EXPECT_NEAR(analytic, numeric, 1e-5 * std::max(1.0, std::abs(numeric))) << "parameter " << d;
  }
}

TEST(JuliaIterations, PotentialImageDoesNotNeedMany) {
  std::vector<double> drawn = some_frames(34, 10);
  JuliaSpec spec = spec_of(JuliaImage::Q, 64);
  const JuliaDouble few(spec, all_metrics(), drawn);
  spec.max_iterations = 90;
  const JuliaDouble many(spec, all_metrics(), drawn);
  for (std::size_t k = 0; k < few.values.size(); ++k) EXPECT_NEAR(few.values[k], many.values[k], 1e-6);
}

TEST(JuliaIterations, FadeImageIsContinuousWhereOrbitsRunOut) {
  const JuliaSpec spec = spec_of(JuliaImage::V, 64);
  for (const double c : {0.2512, 0.252, 0.255, 0.26}) {
    const JuliaDouble a(spec, all_metrics(), {c, 0, 0, 0}), b(spec, all_metrics(), {c + 1e-6, 0, 0, 0});
    for (int j = 0; j < 64; ++j)
      for (int i = 0; i < 64; ++i) EXPECT_NEAR(a.pixel(0, 0, j, i), b.pixel(0, 0, j, i), 1e-3);
  }
}

}  // namespace
}  // namespace fractalsync
