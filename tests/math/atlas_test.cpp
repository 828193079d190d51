// The boundary atlas: its interpolation against its nodes and against differences, and its tables against what they
// promise. (That the edges follow it is tests/parity/hard_metrics_test.cpp's.)
#include "math/atlas.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstring>
#include <vector>

#include "stages/atlas.h"
#include "support/random.h"

namespace fractalsync {
namespace {

const float* node(int row, int column) { return atlas_tables().nodes + kNodeValues * (row * kAtlasColumns + column); }
std::complex<double> c_of(int row, int column) { return {node(row, column)[kNodeReal], node(row, column)[kNodeImag]}; }

TEST(Atlas, HasItsNodesWhereTheyAre) {
  for (const int row : {0, 1, 255, kAtlasRows - 2, kAtlasRows - 1})
    for (const int column : {0, 5, kAtlasColumns - 1}) {
      const auto at =
          math::atlas_place<double>(atlas_tables(), row / (kAtlasRows - 1.0), column / (kAtlasColumns - 1.0));
      // Places of nodes are exact: sixteenths, and 2048ths.
      EXPECT_EQ(at.re, node(row, column)[kNodeReal]);
      EXPECT_EQ(at.im, node(row, column)[kNodeImag]);
      EXPECT_EQ(at.sensitivity, node(row, column)[kNodeSensitivity]);
      EXPECT_EQ(at.log_zoom, atlas_tables().log_zoom[row]);
    }
}

TEST(Atlas, IsLinearBetweenNodes) {
  const double along = 100.25 / 2048, e = 3.5 / 16;
  const auto at = math::atlas_place<double>(atlas_tables(), along, e);
  const std::complex<double> low = 0.75 * c_of(100, 3) + 0.25 * c_of(101, 3),
                             high = 0.75 * c_of(100, 4) + 0.25 * c_of(101, 4);
  // Three roundings of numbers below 1.
  EXPECT_NEAR(std::abs(std::complex(at.re, at.im) - (low + high) / 2.0), 0, 1e-15);
  EXPECT_NEAR(std::abs(std::complex(at.re_by_e, at.im_by_e) - 16.0 * (high - low)), 0, 1e-14);
  const float* zoom = atlas_tables().log_zoom;
  EXPECT_NEAR(at.log_zoom, 0.75 * zoom[100] + 0.25 * zoom[101], 1e-15);
}

TEST(Atlas, DerivativesMatchDifferences) {
  const std::uint64_t seed = 41;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  const auto u = test::random_floats(seed, 400, 0, 1);
  constexpr double kStep = 1e-7;
  int tried = 0;
  for (std::size_t k = 0; k < u.size(); k += 2) {
    const double along = u[k], e = u[k + 1];
    if (std::abs(16 * e - std::round(16 * e)) < 1e-4) continue;  // the interpolant has kinks at the nodes
    ++tried;
    const auto at = math::atlas_place(atlas_tables(), along, e),
               up = math::atlas_place(atlas_tables(), along, e + kStep),
               down = math::atlas_place(atlas_tables(), along, e - kStep);
    // Linear in e within a cell: what is left are two roundings of 1e-16 over 2 h.
    constexpr double kTolerance = 1e-8;
    EXPECT_NEAR(at.re_by_e, (up.re - down.re) / (2 * kStep), kTolerance) << along << ", " << e;
    EXPECT_NEAR(at.im_by_e, (up.im - down.im) / (2 * kStep), kTolerance) << along << ", " << e;
  }
  EXPECT_GT(tried, 150);
}

TEST(Atlas, IsConstantBeyondItsEnds) {
  for (const double along : {-1.0, 0.0, 1.0, 4.0})
    for (const double e : {-0.5, 0.0, 1.0, 1.5}) {
      const auto at = math::atlas_place(atlas_tables(), along, e);
      const int row = along < 0.5 ? 0 : kAtlasRows - 1, column = e < 0.5 ? 0 : kAtlasColumns - 1;
      EXPECT_EQ(at.re, node(row, column)[kNodeReal]);
      EXPECT_EQ(at.im, node(row, column)[kNodeImag]);
      EXPECT_EQ(at.re_by_e, 0);
      EXPECT_EQ(at.im_by_e, 0);
    }
}

// Within |c| < 1 and above the real axis lies the route. At full speed a frame goes 2.4 rows on, at a usual speed of .3
// two thirds of a row: there c goes less than .005 a frame by travel alone wherever it is, and less than .0015 at most
// e's nearly everywhere.
TEST(Atlas, GoesEvenlyAlongTheBoundary) {
  int far = 0;
  for (int row = 0; row < kAtlasRows; ++row) {
    std::vector<double> distances;
    for (int column = 0; column < kAtlasColumns; ++column) {
      const std::complex<double> c = c_of(row, column);
      EXPECT_TRUE(std::abs(c) < 1 && c.imag() > 0) << row << ", " << column;
      EXPECT_TRUE(node(row, column)[kNodeSensitivity] > 0.5f && node(row, column)[kNodeSensitivity] < 2.0f)
          << row << ", " << column;
      if (row > 0) distances.push_back(std::abs(c - c_of(row - 1, column)));
    }
    if (row > 0) {
      std::sort(distances.begin(), distances.end());
      EXPECT_GT(distances[kAtlasColumns / 2], 0.00008) << row;
      far += distances[kAtlasColumns / 2] > 0.0022;
      EXPECT_LT(distances.back(), 0.0075) << row;
    }
    EXPECT_TRUE(atlas_tables().log_zoom[row] > 0 && atlas_tables().log_zoom[row] < 0.6f) << row;
  }
  EXPECT_LT(far, kAtlasRows / 100);
}

TEST(Atlas, CalibrationsAreLinearBetweenTheirNodes) {
  for (const auto metric : {math::kCalibratedEdges, math::kCalibratedChange}) {
    const auto node = [&](int k) { return math::calibration_node(metric, k); };
    EXPECT_EQ(math::calibration(metric, -1.0), node(0));
    EXPECT_EQ(math::calibration(metric, 2.0), node(8));
    EXPECT_EQ(math::calibration(metric, 0.5), 1);
    EXPECT_NEAR(math::calibration(metric, 0.1875), (node(1) + node(2)) / 2, 1e-15);
    for (int k = 1; k <= 8; ++k) EXPECT_GT(node(k), node(k - 1));
  }
}

// FNV-1a over the tables' floats: nodes, zooms, calibrations. Whoever measures them anew
// raises kAtlasVersion, since networks play on the atlas that they were trained with, and says here what they are.
TEST(Atlas, IsThatOfItsVersion) {
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto take = [&](const float* values, int count) {
    for (int k = 0; k < count; ++k) {
      std::uint32_t bits;
      std::memcpy(&bits, values + k, sizeof bits);
      for (int byte = 0; byte < 4; ++byte) hash = (hash ^ (bits >> 8 * byte & 0xff)) * 0x100000001b3;
    }
  };
  take(atlas_tables().nodes, kAtlasNumbers);
  take(atlas_tables().log_zoom, kAtlasRows);
  for (const auto metric : {math::kCalibratedEdges, math::kCalibratedChange})
    for (int k = 0; k < math::kCalibrationNodes; ++k) {
      const auto node = static_cast<float>(math::calibration_node(metric, k));
      take(&node, 1);
    }
  EXPECT_EQ(kAtlasVersion, 5);
  EXPECT_EQ(hash, 0xa941f3ead7e4f054u);
}

}  // namespace
}  // namespace fractalsync
