// Metrics of Julia images and their Jacobians: the CUDA backend against the CPU's, against golden arrays, against
// differences in double, and against itself.
#include <algorithm>
#include <cmath>
#include <limits>

#include "device/julia_run.h"
#include "support/julia_golden.h"
#include "support/julia_values.h"

namespace fractalsync::test {
namespace {

// Means over pixels whose intensities differ by 1e-6 at most (julia_test.cpp), in another order of summation.
constexpr double kValueError = 2e-6;
// Sums of tangents times weights, both wrong by 1e-4 of their largest at single pixels only.
constexpr double kJacobianError = 1e-4;

class DeviceJuliaMetrics : public DeviceTest {
 protected:
  void compare(const JuliaSpec& spec, MetricSelection selection, int length, const std::vector<float>& drawn) {
    SCOPED_TRACE(testing::Message() << kJuliaImageNames[static_cast<int>(spec.image)] << " " << spec.side
                                    << " pixels, sequences of " << length);
    MetricsSpec metrics;
    metrics.selection = selection;
    const JuliaMetrics ours = julia_metrics(*device, spec, metrics, length, drawn),
                       expected = julia_metrics(*cpu, spec, metrics, length, drawn);
    for (std::size_t m = 0; m < kMetrics; ++m) {
      SCOPED_TRACE(kMetricNames[m]);
      const auto values = column_of(expected.values, kMetrics, m);
      EXPECT_TRUE(
          all_near(View<const float>(column_of(ours.values, kMetrics, m)), View<const float>(values), kValueError));
      const auto slopes = column_of(expected.jacobian, kMetrics * kTangents, m * kTangents, kTangents);
      EXPECT_TRUE(all_near(View<const float>(column_of(ours.jacobian, kMetrics * kTangents, m * kTangents, kTangents)),
                           View<const float>(slopes), kJacobianError * largest_magnitude(View<const float>(slopes))));
    }
    EXPECT_TRUE(all_near(View<const float>(ours.previous_jacobian), View<const float>(expected.previous_jacobian),
                         kJacobianError * largest_magnitude(View<const float>(expected.previous_jacobian))));
  }
};

TEST_P(DeviceJuliaMetrics, AreTheCpus) {
  const std::uint64_t seed = 61;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  for (const JuliaImage image : kAllImages) {
    const int iterations = fades(image) ? 48 : 24;
    // A half image of fewer pixels than the stencils reach, one and two tiles, an odd number of frames, one frame.
    compare(julia_spec(image, 4, iterations), MetricSelection::all, 2, frames_near_cardioid(seed, 4));
    compare(julia_spec(image, 8, iterations), MetricSelection::all, 5, frames_near_cardioid(seed, 5));
    compare(julia_spec(image, 48, iterations), MetricSelection::training, 3, frames_near_cardioid(seed, 6));
    compare(julia_spec(image, 50, iterations), MetricSelection::all, 1, frames_near_cardioid(seed, 2));
    compare(julia_spec(image, 70, iterations), MetricSelection::all, 2, frames_near_cardioid(seed, 2));
  }
}

TEST_P(DeviceJuliaMetrics, ManyIterations) {
  compare(julia_spec(JuliaImage::V, 16, 1000), MetricSelection::all, 3, frames_near_cardioid(62, 3));
  compare(julia_spec(JuliaImage::Q, 16, 90), MetricSelection::all, 3, frames_near_cardioid(63, 3));
}

class LargeDeviceJuliaMetrics : public DeviceJuliaMetrics {};

TEST_P(LargeDeviceJuliaMetrics, MoreThanOneBatch) {
  // 16 frames of 256 x 256 are 4 MiB of scratch, and here are 18; few iterations, since pixels are many.
  JuliaSpec spec = julia_spec(JuliaImage::V, 256, 3);
  spec.bailout = 4;
  auto drawn = frames_near_cardioid(64, 18);
  for (std::size_t i = 0; i < drawn.size(); i += kDrawnColumns) drawn[i + kDrawnLogZoom] -= 0.5f;
  compare(spec, MetricSelection::training, 9, drawn);
}

TEST_P(DeviceJuliaMetrics, NoFramesAreNoWork) {
  EXPECT_TRUE(julia_metrics(*device, julia_spec(JuliaImage::V, 8), {}, 3, {}).values.empty());
}

TEST_P(DeviceJuliaMetrics, MatchTheGoldenArrays) {
  for (const JuliaImage image : {JuliaImage::V, JuliaImage::Q}) {
    SCOPED_TRACE(kJuliaImageNames[static_cast<int>(image)]);
    const auto g = julia_golden(image);
    const std::vector<float> drawn(g.drawn.begin(), g.drawn.end());
    const JuliaMetrics ours = julia_metrics(*device, g.spec, g.metrics, static_cast<int>(g.frames), drawn);
    const auto images = julia_images(*device, g.spec, drawn).images;
    // The tolerances and their reasons are those of the CPU (tests/parity/julia_test.cpp).
    EXPECT_TRUE(all_near(View<const float>(images), View<const double>(g.image.values), 1e-5));
    const Connected c = connectedness(*device, g.connectedness, drawn);
    for (std::size_t m = 0; m < kGoldenMetrics; ++m) {
      SCOPED_TRACE(m < kMetrics ? kMetricNames[m] : "connectedness");
      double largest = 0, value_error = 0, jacobian_error = 0;
      const auto worse = [](double worst, double error) { return error <= worst ? worst : error; };  // NaN is worse
      for (std::size_t t = 0; t < static_cast<std::size_t>(g.frames); ++t) {
        const double value = m < kMetrics ? ours.values[t * kMetrics + m] : c.chi[t];
        value_error = worse(value_error, std::abs(value - g.values.values[t * kGoldenMetrics + m]));
        for (std::size_t d = 0; d < (m < kMetrics ? 4 : 2); ++d) {
          const double expected = g.jacobian.values[(t * kGoldenMetrics + m) * 4 + d];
          const double actual = m < kMetrics ? ours.jacobian[(t * kMetrics + m) * 4 + d] : c.gradient[2 * t + d];
          largest = std::max(largest, std::abs(expected));
          jacobian_error = worse(jacobian_error, std::abs(actual - expected));
        }
      }
      EXPECT_LE(value_error, 2e-6);
      EXPECT_LE(jacobian_error, 1e-3 * largest);
    }
    EXPECT_TRUE(all_near(View<const float>(ours.previous_jacobian), View<const double>(g.previous_jacobian.values),
                         1e-3 * largest_magnitude(View<const double>(g.previous_jacobian.values))));
  }
}

TEST_P(DeviceJuliaMetrics, JacobiansAreDifferences) {
  const std::uint64_t seed = 65;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  constexpr std::size_t kFrames = 4;
  MetricsSpec metrics;
  metrics.selection = MetricSelection::all;
  // Away from the boundary, where single precision orbits stay with the exact ones.
  const std::vector<float> drawn = {0.4f,  0.3f, 0.1f, 0.2f, 0.38f,  0.33f, 0.05f, 0.3f,
                                    -1.2f, 0.5f, 0,    -1,   -1.15f, 0.45f, -0.1f, -1.2f};
  for (const JuliaImage image : kAllImages) {
    SCOPED_TRACE(kJuliaImageNames[static_cast<int>(image)]);
    const JuliaSpec spec = julia_spec(image, 18, fades(image) ? 48 : 24);
    const JuliaMetrics ours = julia_metrics(*device, spec, metrics, kFrames, drawn);
    double error[kMetrics] = {}, largest[kMetrics] = {};
    for (std::size_t t = 0; t < kFrames; ++t)
      for (std::size_t d = 0; d < kTangents; ++d) {
        const auto moved = [&](double by) {
          std::vector<double> p(drawn.begin(), drawn.end());
          p[4 * t + d] += by;
          return julia_values(spec, metrics, p);
        };
        const auto up = moved(1e-6), down = moved(-1e-6);
        const auto check = [&](std::size_t row, std::size_t m, float slope) {
          const double numeric = (up[row * kMetrics + m] - down[row * kMetrics + m]) / 2e-6;
          const double off = std::abs(static_cast<double>(slope) - numeric);
          error[m] = off <= error[m] ? error[m] : off;  // NaN is worse
          largest[m] = std::max(largest[m], std::abs(numeric));
        };
        for (std::size_t m = 0; m < kMetrics; ++m) check(t, m, ours.jacobian[(t * kMetrics + m) * kTangents + d]);
        if (t + 1 < kFrames) check(t + 1, kTemporalChange, ours.previous_jacobian[(t + 1) * kTangents + d]);
      }
    // Single precision against a difference that is exact to 1e-8 or so.
    for (std::size_t m = 0; m < kMetrics; ++m) {
      EXPECT_LE(error[m], 1e-3 * largest[m]) << kMetricNames[m];
      EXPECT_GT(largest[m], 0) << kMetricNames[m];
    }
  }
}

TEST_P(DeviceJuliaMetrics, AMovementOfAllFramesTogetherChangesNothing) {
  std::vector<float> drawn;
  for (int t = 0; t < 3; ++t) drawn.insert(drawn.end(), {-0.6f, 0.45f, 0.2f, 0.7f});
  const JuliaMetrics still = julia_metrics(*device, julia_spec(JuliaImage::V, 16), {}, 3, drawn);
  for (std::size_t t = 0; t < 3; ++t) {
    EXPECT_EQ(still.values[t * kMetrics + kTemporalChange], 0);
    for (std::size_t d = 0; d < kTangents; ++d) {
      EXPECT_EQ(still.jacobian[(t * kMetrics + kTemporalChange) * kTangents + d], 0);
      EXPECT_EQ(still.previous_jacobian[t * kTangents + d], 0);
    }
  }
}

TEST_P(DeviceJuliaMetrics, ParametersWithoutADerivativeGiveZeros) {
  const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
  const std::vector<float> drawn = {nan, 0, 0, 0,   0,   nan, 0, 0, 0, 0, nan,  0,
                                    0,   0, 0, nan, inf, 0,   0, 0, 0, 0, -inf, 0};
  for (const JuliaImage image : kAllImages) {
    const JuliaMetrics ours = julia_metrics(*device, julia_spec(image, 8), {}, 6, drawn);
    for (const float v : ours.jacobian) EXPECT_EQ(v, 0);
    for (const float v : ours.previous_jacobian) EXPECT_EQ(v, 0);
    for (const float v : ours.values) EXPECT_TRUE(std::isfinite(v));
  }
}

TEST_P(DeviceJuliaMetrics, AnotherOrderOfExecutionGivesTheSameBytes) {
  const auto drawn = frames_near_cardioid(66, 4);
  const auto run = [&](Backend& backend, int side) {
    const JuliaMetrics r = julia_metrics(backend, julia_spec(JuliaImage::V, side), {}, 2, drawn);
    std::vector<float> all = r.values;
    all.insert(all.end(), r.jacobian.begin(), r.jacobian.end());
    all.insert(all.end(), r.previous_jacobian.begin(), r.previous_jacobian.end());
    return all;
  };
  for (const int side : {24, 66}) {
    const auto once = run(*device, side);
    EXPECT_TRUE(all_equal_bytes(run(*make_device_backend(GetParam() + 17), side), once));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, DeviceJuliaMetrics, testing::ValuesIn(device_seeds()));
INSTANTIATE_TEST_SUITE_P(OneSeed, LargeDeviceJuliaMetrics, testing::Values(0));

}  // namespace
}  // namespace fractalsync::test
