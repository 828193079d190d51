// The hard metrics against the original program's, on the original's own images.
#include "host/evaluate/hard_metrics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>

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

// A place, and what is said of it: e, and how much the picture changes by a radian of rotation.
struct Place {
  double re, im, log_zoom, e, sensitivity;
};

// That wherever one is, and however the view is turned, e is the edges that Canny sees; and that small turns change on
// the average what they are said to.
void expect_followed(const std::vector<Place>& places, const std::vector<float>& views) {
  constexpr double kTurn = 0.02;
  std::vector<float> drawn;
  std::vector<double> e;
  double expected = 0;
  for (std::size_t k = 0; k < places.size(); ++k) {
    const Place& p = places[k];
    for (const double phi : {double{views[k]}, views[k] + kTurn})
      for (const double value : {p.re, p.im, p.log_zoom, phi}) drawn.push_back(static_cast<float>(value));
    e.push_back(p.e);
    expected += kTurn * p.sensitivity;
  }
  const auto backend = make_cpu_backend(1);
  const HardSeries hard = hard_series(*backend, {drawn.data(), static_cast<std::int64_t>(2 * places.size()), 4});
  std::vector<double> edges;
  double change = 0;
  for (std::size_t k = 0; k < places.size(); ++k) {
    edges.push_back(hard.edge_density[2 * k]);
    change += hard.temporal_change[2 * k + 1];
  }
  EXPECT_GT(correlation(e, edges).value(), 0.93);
  // A mean of 200 changes that spread by a fifth about what is said: three times .2 / sqrt(200).
  EXPECT_NEAR(change / expected, 1, 0.045);
}

constexpr std::int64_t kPlaces = 200;

// What the atlas is for (math/atlas.h).
TEST(HardMetrics, FollowTheAtlas) {
  const std::uint64_t seed = 42;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  const auto u = test::random_floats(seed, 2 * kPlaces, 0, 1), views = test::random_floats(seed + 1, kPlaces, 0, 6.28f);
  std::vector<Place> places;
  for (std::size_t k = 0; k < u.size(); k += 2) {
    const auto p = math::atlas_place<double>(atlas_tables(), u[k], u[k + 1]);
    places.push_back({p.re, p.im, p.log_zoom, u[k + 1], p.sensitivity});
  }
  expect_followed(places, views);
}

// The chart of the main cardioid that another program measured: c = m / 2 - m^2 / 4, m = rho(psi, e) e^{i psi}.
TEST(HardMetrics, FollowAnotherProgramsChart) {
  const std::uint64_t seed = 44;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  const auto rho = read_npy<float>(test::golden("atlas/rho.npy")),
             sensitivity = read_npy<float>(test::golden("atlas/sensitivity.npy"));
  const std::int64_t rows = 257, columns = 17;
  ASSERT_EQ(rho.shape, (std::vector<std::int64_t>{rows, columns}));
  ASSERT_EQ(sensitivity.shape, rho.shape);
  const auto u = test::random_floats(seed, 2 * kPlaces, 0, 1), views = test::random_floats(seed + 1, kPlaces, 0, 6.28f);
  std::vector<Place> places;
  for (std::size_t k = 0; k < u.size(); k += 2) {
    const auto row = std::min(static_cast<std::int64_t>(u[k] * rows), rows - 1),
               column = std::min(static_cast<std::int64_t>(u[k + 1] * columns), columns - 1);
    const auto node = static_cast<std::size_t>(row * columns + column);
    const std::complex<double> m =
        std::polar(double{rho.values[node]}, 0.4 + 2.4 * static_cast<double>(row) / static_cast<double>(rows - 1));
    const std::complex<double> c = m / 2.0 - m * m / 4.0;
    places.push_back({c.real(), c.imag(), std::log(1.3), static_cast<double>(column) / static_cast<double>(columns - 1),
                      sensitivity.values[node]});
  }
  expect_followed(places, views);
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
