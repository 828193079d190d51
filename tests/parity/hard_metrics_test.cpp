// The hard metrics against the original program's, on the original's own images.
#include "host/evaluate/hard_metrics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "host/evaluate/correlation.h"
#include "math/atlas.h"
#include "support/compare.h"
#include "support/random.h"

namespace fractalsync {
namespace {

TEST(HardMetrics, AreTheOriginals) {
  const auto images = read_npy<std::uint8_t>(test::golden("hard/images.npy"));
  const auto expected = read_npy<double>(test::golden("hard/metrics.npy"));
  const auto edges = read_npy<double>(test::golden("hard/edge_density_opencv46.npy"));
  const int side = static_cast<int>(images.dim(1));
  const std::int64_t pixels = std::int64_t{side} * side;
  for (std::int64_t k = 0; k < images.dim(0); ++k) {
    const std::uint8_t* image = images.values.data() + k * pixels;
    const HardMetrics m = hard_metrics(image, k == 0 ? nullptr : image - pixels, side);
    const double actual[] = {m.edge_density,     m.color_uniformity, m.brightness_mean, m.brightness_std,
                             m.brightness_range, m.temporal_change,  m.connectedness};
    // OpenCV adds up float32 greys: 16384 roundings of 6e-8 at worst, 1e-6 is what is promised.
    EXPECT_NEAR(m.edge_density, edges.values[static_cast<std::size_t>(k)], 1e-12) << "image " << k;
    // The original's own edges were found by another build of OpenCV, whose Gaussian blur rounds otherwise: it sets up
    // to eight of the 16384 pixels differently.
    EXPECT_NEAR(m.edge_density, expected.values[static_cast<std::size_t>(k * 7)], 8.0 / (side * side)) << "image " << k;
    for (std::int64_t i = 1; i < 7; ++i)
      EXPECT_NEAR(actual[i], expected.values[static_cast<std::size_t>(k * 7 + i)], 1e-6)
          << "image " << k << " metric " << i;
  }
}

TEST(HardMetrics, SeriesAreThoseOfSingleImagesAcrossBlocks) {
  const auto backend = make_cpu_backend(1);
  const std::int64_t frames = 300;  // more than one block
  std::vector<float> drawn;
  for (std::int64_t t = 0; t < frames; ++t) {
    const float a = 0.02f * static_cast<float>(t);
    drawn.insert(drawn.end(), {-0.7f + 0.05f * std::sin(a), 0.2f, 0.1f * std::sin(3 * a), a});
  }
  const Matrix<const float> matrix(drawn.data(), frames, 4);
  const HardSeries whole = hard_series(*backend, matrix);
  ASSERT_EQ(whole.edge_density.size(), 300u);
  EXPECT_EQ(whole.temporal_change[0], 0);
  const HardSeries tail = hard_series(*backend, matrix.middle_rows(250, 50));
  for (std::size_t t = 1; t < 50; ++t) {
    EXPECT_EQ(tail.edge_density[t], whole.edge_density[250 + t]);
    EXPECT_EQ(tail.temporal_change[t], whole.temporal_change[250 + t]);
    EXPECT_EQ(tail.brightness_mean[t], whole.brightness_mean[250 + t]);
    EXPECT_GT(tail.brightness_mean[t], 0);
    EXPECT_LT(tail.brightness_mean[t], 1);
    EXPECT_GT(tail.temporal_change[t], 0);
  }
}

// What the atlas is for (math/atlas.h): wherever one is on it, and however the view is turned, e is the edges that
// Canny sees; and what it says a small turn changes, it changes on average.
TEST(HardMetrics, FollowTheAtlas) {
  const std::uint64_t seed = 42;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  const auto backend = make_cpu_backend(1);
  constexpr std::int64_t kPlaces = 200;
  constexpr float kTurn = 0.02f;
  const auto u = test::random_floats(seed, 3 * kPlaces, 0, 1);
  std::vector<float> drawn;
  std::vector<double> e, expected_change;
  for (std::size_t k = 0; k < u.size(); k += 3) {
    const float psi = 0.42f + 2.36f * u[k], phi = 6.28f * u[k + 2];
    const auto c = math::atlas_point(atlas_tables().rho, psi, u[k + 1]);
    for (const float turned : {phi, phi + kTurn}) drawn.insert(drawn.end(), {c.re, c.im, std::log(1.3f), turned});
    e.push_back(u[k + 1]);
    expected_change.push_back(kTurn * math::look_up(atlas_tables().sensitivity, psi, u[k + 1]).value);
  }
  const HardSeries hard = hard_series(*backend, {drawn.data(), 2 * kPlaces, 4});
  std::vector<double> edges;
  double change = 0, expected = 0;
  for (std::size_t k = 0; k < e.size(); ++k) {
    edges.push_back(hard.edge_density[2 * k]);
    change += hard.temporal_change[2 * k + 1];
    expected += expected_change[k];
  }
  EXPECT_GT(correlation(e, edges).value(), 0.93);
  // A mean of 200 changes that spread by a fifth about what the table says: three times .2 / sqrt(200).
  EXPECT_NEAR(change / expected, 1, 0.045);
}

TEST(Correlation, IsUndefinedForConstantSeries) {
  const std::vector<double> rising = {1, 2, 3, 4, 5}, flat(5, 0.1), other = {2, 4, 6, 8, 11};
  EXPECT_FALSE(correlation(rising, flat).has_value());
  EXPECT_FALSE(correlation(flat, rising).has_value());
  EXPECT_FALSE(correlation(std::vector<double>{1, 2}, std::vector<double>{1, 2}).has_value());
  EXPECT_NEAR(correlation(rising, rising).value(), 1, 1e-15);
  // Sums of squares and products around the means 3 and 6.2: 10, 48.8 and 22.
  EXPECT_NEAR(correlation(rising, other).value(), 22 / std::sqrt(10 * 48.8), 1e-12);
  EXPECT_FALSE(correlation(rising, std::vector<double>{1, 2, NAN, 4, 5}).has_value());
}

}  // namespace
}  // namespace fractalsync
