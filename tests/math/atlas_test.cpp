// The boundary atlas: its chart against differences and against a known point, its tables against what they promise and
// against another program's.
#include "math/atlas.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "host/io/npy.h"
#include "support/compare.h"
#include "support/random.h"

namespace fractalsync {
namespace {

TEST(Atlas, TheTopOfTheCardioidIsWhereItIs) {
  const auto c = math::cardioid_point<double>({1, 0, 0}, std::numbers::pi / 2);
  EXPECT_NEAR(c.re, 0.25, 1e-15);
  EXPECT_NEAR(c.im, 0.5, 1e-15);
}

TEST(Atlas, DerivativesMatchDifferences) {
  const std::uint64_t seed = 41;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  const float* rho = atlas_tables().rho;
  const auto u = test::random_floats(seed, 400, 0, 1);
  constexpr double kStep = 1e-7;
  int tried = 0;
  for (std::size_t k = 0; k < u.size(); k += 2) {
    const double psi = kAtlasFirstAngle + 2.4 * u[k], e = u[k + 1];
    // The interpolant has kinks at the nodes.
    const auto between = [](double place) { return std::abs(place - std::round(place)) > 1e-4; };
    if (!between((psi - kAtlasFirstAngle) / 2.4 * 256) || !between(16 * e)) continue;
    ++tried;
    const auto at = math::atlas_point(rho, psi, e);
    const auto right = math::atlas_point(rho, psi + kStep, e), left = math::atlas_point(rho, psi - kStep, e),
               up = math::atlas_point(rho, psi, e + kStep), down = math::atlas_point(rho, psi, e - kStep);
    // Within a cell the third derivative is of order one: h^2 / 6, and two roundings of 1e-16 over 2h.
    constexpr double kTolerance = 1e-8;
    EXPECT_NEAR(at.re_by_psi, (right.re - left.re) / (2 * kStep), kTolerance) << psi << ", " << e;
    EXPECT_NEAR(at.im_by_psi, (right.im - left.im) / (2 * kStep), kTolerance) << psi << ", " << e;
    EXPECT_NEAR(at.re_by_e, (up.re - down.re) / (2 * kStep), kTolerance) << psi << ", " << e;
    EXPECT_NEAR(at.im_by_e, (up.im - down.im) / (2 * kStep), kTolerance) << psi << ", " << e;
  }
  EXPECT_GT(tried, 150);
}

TEST(Atlas, IsConstantBeyondItsEnds) {
  const float* rho = atlas_tables().rho;
  for (const double psi : {-1.0, 0.4, 2.8, 4.0})
    for (const double e : {-0.5, 0.0, 1.0, 1.5}) {
      const auto at = math::look_up(rho, psi, e);
      const int row = psi < 1 ? 0 : kAtlasRows - 1, column = e < 0.5 ? 0 : kAtlasColumns - 1;
      EXPECT_EQ(at.value, double{rho[row * kAtlasColumns + column]});
      EXPECT_EQ(at.by_psi, 0);
      EXPECT_EQ(at.by_e, 0);
    }
}

TEST(Atlas, RadiiRiseWithEdgesAndAreSmoothAlongTheBoundary) {
  const float* rho = atlas_tables().rho;
  float steepest = 0;
  for (int row = 0; row < kAtlasRows; ++row)
    for (int column = 0; column < kAtlasColumns; ++column) {
      const float* at = rho + row * kAtlasColumns + column;
      EXPECT_TRUE(*at > 0.85f && *at < 1.09f) << row << ", " << column;
      if (column > 0) {
        EXPECT_GT(at[0], at[-1]) << row << ", " << column;
      }
      if (row > 0) steepest = std::max(steepest, std::abs(at[0] - at[-kAtlasColumns]));
    }
  EXPECT_LT(steepest, 0.02f);
}

TEST(Atlas, IsTheOneAnotherProgramMeasured) {
  const auto rho = read_npy<float>(test::golden("atlas/rho.npy")),
             sensitivity = read_npy<float>(test::golden("atlas/sensitivity.npy"));
  // Builds of OpenCV set up to eight of 16384 pixels differently (tests/parity/hard_metrics_test.cpp), 5e-4 of edges;
  // averaging over three views and some fifteen rows of the blurs leaves a twentieth, where edges grow by .05 or more
  // within .15 of the radius.
  EXPECT_TRUE(test::all_near(View<const float>(atlas_tables().rho, kAtlasNodes), View<const float>(rho.values), 1e-4));
  // Its calibration is a mean over 96 random views, whose change spreads by a fifth: 2 percent, thrice that in all.
  for (std::size_t k = 0; k < kAtlasNodes; ++k)
    EXPECT_NEAR(atlas_tables().sensitivity[k] / sensitivity.values[k], 1, 0.06) << k;
}

TEST(Atlas, TheCalibrationOfChangeIsLinearBetweenItsNodes) {
  EXPECT_EQ(math::change_calibration(-1.0), math::change_node(0));
  EXPECT_EQ(math::change_calibration(2.0), math::change_node(8));
  EXPECT_EQ(math::change_calibration(0.5), math::change_node(4));
  EXPECT_NEAR(math::change_calibration(0.1875), (math::change_node(1) + math::change_node(2)) / 2, 1e-15);
}

}  // namespace
}  // namespace fractalsync
