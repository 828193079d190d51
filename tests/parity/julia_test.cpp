// The Julia stages of the backend, in single precision: against golden arrays, between instruction sets, between
// thread counts, for sides that fill no vector, and at parameters where nothing is smooth.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <sstream>

#include "backend.h"
#include "cpu/kernels.h"
#include "math/escape_time.h"
#include "support/julia_golden.h"
#include "support/random.h"

namespace fractalsync {
namespace {

struct Result {
  std::vector<float> images, tangents, values, jacobian, previous_jacobian;

  bool operator==(const Result& other) const {
    return test::all_equal_bytes(View<const float>(images), View<const float>(other.images)) &&
           test::all_equal_bytes(View<const float>(tangents), View<const float>(other.tangents)) &&
           test::all_equal_bytes(View<const float>(values), View<const float>(other.values)) &&
           test::all_equal_bytes(View<const float>(jacobian), View<const float>(other.jacobian)) &&
           test::all_equal_bytes(View<const float>(previous_jacobian), View<const float>(other.previous_jacobian));
  }
};

Result compute(Backend& backend, const JuliaSpec& spec, const MetricsSpec& metrics, int length,
               const std::vector<float>& drawn) {
  const std::int64_t frames = static_cast<std::int64_t>(drawn.size()) / 4, pixels = std::int64_t{spec.side} * spec.side;
  const auto floats = [&](std::int64_t per_frame) {
    return std::vector<float>(static_cast<std::size_t>(frames * per_frame), NAN);
  };
  Result r{floats(pixels), floats(4 * pixels), floats(kMetrics), floats(kMetrics * kTangents), floats(kTangents)};
  const Matrix<const float> in(drawn.data(), frames, 4);
  backend.julia_images(spec, in, {r.images.data(), frames, pixels}, {r.tangents.data(), frames, 4 * pixels});
  backend.julia_metrics(spec, metrics, length, in,
                        {{r.values.data(), frames, kMetrics},
                         {r.jacobian.data(), frames, kMetrics * kTangents},
                         {r.previous_jacobian.data(), frames, kTangents}});
  return r;
}

/// Frames near the main cardioid: Re c, Im c, ln zoom, phi.
std::vector<float> frames_near_cardioid(std::uint64_t seed, std::int64_t frames) {
  auto drawn = test::random_floats(seed, 4 * frames, -1, 1);
  for (std::size_t i = 0; i < drawn.size(); i += 4) {
    drawn[i] = -0.75f + 0.15f * drawn[i];
    drawn[i + 1] = 0.15f + 0.15f * drawn[i + 1];
    drawn[i + 2] *= 0.3f;
    drawn[i + 3] *= 3;
  }
  return drawn;
}

std::vector<std::string> isas() {
  std::istringstream names(list_cpu_isas());
  return {std::istream_iterator<std::string>(names), {}};
}

JuliaSpec spec_of(JuliaImage image, int side) {
  JuliaSpec spec;
  spec.image = image;
  spec.side = side;
  if (image == JuliaImage::Q) spec.max_iterations = 24;
  return spec;
}

constexpr JuliaImage kImages[] = {JuliaImage::V, JuliaImage::Q, JuliaImage::W};

class JuliaIsa : public testing::TestWithParam<std::string> {};

TEST_P(JuliaIsa, MatchesTheGoldenArrays) {
  const auto backend = make_cpu_backend(2, GetParam());
  for (const JuliaImage image : {JuliaImage::V, JuliaImage::Q}) {
    SCOPED_TRACE(kJuliaImageNames[static_cast<int>(image)]);
    const auto g = test::julia_golden(image);
    const std::vector<float> drawn(g.drawn.begin(), g.drawn.end());
    const Result r = compute(*backend, g.spec, g.metrics, static_cast<int>(g.frames), drawn);
    // An orbit's rounding, half an ulp a step (6e-8), grows with |dz_n/dz_0| up to the pixel's fade, |dI/dz_0| <= 100
    // for these frames: 6e-8 x 100 and a little for the parameters' own rounding to float.
    EXPECT_TRUE(test::all_near(View<const float>(r.images), View<const double>(g.image.values), 1e-5));
    for (const float v : r.images) ASSERT_TRUE(v > 0 && v <= 1);

    std::vector<float> chi(static_cast<std::size_t>(g.frames)), slope(chi.size() * 2);
    backend->connectedness(g.connectedness, {drawn.data(), g.frames, 4}, chi, {slope.data(), g.frames, 2});
    for (std::size_t m = 0; m < test::kGoldenMetrics; ++m) {
      SCOPED_TRACE(m < kMetrics ? kMetricNames[m] : "connectedness");
      double largest = 0, value_error = 0, jacobian_error = 0;
      for (std::size_t t = 0; t < chi.size(); ++t) {
        const double value = m < kMetrics ? r.values[t * kMetrics + m] : chi[t];
        value_error = std::max(value_error, std::abs(value - g.values.values[t * test::kGoldenMetrics + m]));
        for (std::size_t d = 0; d < (m < kMetrics ? 4 : 2); ++d) {
          const double expected = g.jacobian.values[(t * test::kGoldenMetrics + m) * 4 + d];
          const double actual = m < kMetrics ? r.jacobian[(t * kMetrics + m) * 4 + d] : slope[2 * t + d];
          largest = std::max(largest, std::abs(expected));
          jacobian_error = std::max(jacobian_error, std::abs(actual - expected));
        }
      }
      // Means of pixels whose errors are 1e-5 at most and of either sign: a fifth of that. A tangent is wrong by the
      // second derivative times the orbit's error, 6e-8 / (fade width)^2.
      EXPECT_LE(value_error, 2e-6);
      EXPECT_LE(jacobian_error, 1e-3 * largest);
    }
    EXPECT_TRUE(test::all_near(View<const float>(r.previous_jacobian), View<const double>(g.previous_jacobian.values),
                               1e-3 * test::largest_magnitude(View<const double>(g.previous_jacobian.values))));
  }
}

// How much of a frame's last pixels in each direction a vector holds differs with the side.
TEST_P(JuliaIsa, ThreadsAndOtherFusedInstructionSetsAgreeBitForBit) {
  const std::uint64_t seed = 21;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  const auto drawn = frames_near_cardioid(seed, 22);
  const auto one = make_cpu_backend(1, GetParam()), two = make_cpu_backend(2, GetParam()),
             three = make_cpu_backend(3, GetParam());
  const auto widest = make_cpu_backend(2);
  for (const JuliaImage image : kImages)
    for (const int side : {4, 6, 32, 48, 50, 64, 128}) {
      SCOPED_TRACE(side);
      MetricsSpec metrics;
      metrics.selection = side == 48 ? MetricSelection::training : MetricSelection::all;
      const Result r = compute(*one, spec_of(image, side), metrics, 11, drawn);
      EXPECT_TRUE(r == compute(*two, spec_of(image, side), metrics, 11, drawn));
      EXPECT_TRUE(r == compute(*three, spec_of(image, side), metrics, 11, drawn));
      if (GetParam() != "baseline") {
        EXPECT_TRUE(r == compute(*widest, spec_of(image, side), metrics, 11, drawn));
      }
      const std::size_t pixels = static_cast<std::size_t>(std::int64_t{side} * side);
      for (std::size_t t = 0; t < 22; ++t)
        for (std::size_t k = 0; k < pixels; ++k)
          ASSERT_EQ(r.images[t * pixels + k], r.images[(t + 1) * pixels - 1 - k]);
    }
}

TEST_P(JuliaIsa, TrainingMetricsAreTheSameNumbers) {
  const std::uint64_t seed = 22;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  const auto drawn = frames_near_cardioid(seed, 12);
  const auto backend = make_cpu_backend(2, GetParam());
  MetricsSpec metrics;
  const Result training = compute(*backend, spec_of(JuliaImage::V, 48), metrics, 6, drawn);
  metrics.selection = MetricSelection::all;
  const Result all = compute(*backend, spec_of(JuliaImage::V, 48), metrics, 6, drawn);
  for (std::size_t t = 0; t < 12; ++t)
    for (int m = 0; m < kMetrics; ++m) {
      const bool left_out = m == kColorUniformity || m == kBrightnessRange;
      const std::size_t at = t * kMetrics + static_cast<std::size_t>(m);
      EXPECT_EQ(training.values[at], left_out ? 0 : all.values[at]);
      EXPECT_TRUE(!left_out || all.values[at] > 0);
      for (std::size_t d = 0; d < 4; ++d)
        EXPECT_EQ(training.jacobian[4 * at + d], left_out ? 0 : all.jacobian[4 * at + d]);
      if (m == kTemporalChange) {
        EXPECT_EQ(all.values[at] == 0, t % 6 == 0);
      }
    }
}

TEST_P(JuliaIsa, ImagesWithoutTangentsAreTheSameImages) {
  const auto backend = make_cpu_backend(1, GetParam());
  const auto drawn = frames_near_cardioid(23, 3);
  for (const JuliaImage image : kImages) {
    const Result r = compute(*backend, spec_of(image, 34), {}, 3, drawn);
    std::vector<float> images(r.images.size());
    backend->julia_images(spec_of(image, 34), {drawn.data(), 3, 4}, {images.data(), 3, 34 * 34}, {});
    EXPECT_TRUE(test::all_equal_bytes(View<const float>(images), View<const float>(r.images)));
  }
}

// The definition of the intensity of images V and W (stages/julia.h), pixel by pixel in double.
double fade_intensity(const JuliaSpec& spec, const float* drawn, int row, int column) {
  const double reach = 2 / std::exp(static_cast<double>(drawn[2])), n = spec.side, phi = drawn[3];
  const double px = ((2 * column + 1) / n - 1) * reach, py = ((2 * row + 1) / n - 1) * reach;
  double x = px * std::cos(phi) - py * std::sin(phi), y = px * std::sin(phi) + py * std::cos(phi), w = 1;
  int k = 0;
  for (; k < spec.max_iterations && x * x + y * y <= 65536; ++k) {
    w *= 2 * std::hypot(x, y);
    const double t = x * x - y * y + static_cast<double>(drawn[0]);
    y = 2 * x * y + static_cast<double>(drawn[1]);
    x = t;
  }
  if (!(x * x + y * y > 65536)) return 1;
  const double rho = std::log(std::hypot(x, y)), r = std::hypot(x, y) * rho / w / (0.25 * 2 * reach / n);
  const double u = std::clamp((k - std::log2(rho) + 3) / spec.max_iterations, 0.0, 1.0), t = 1 / (1 + r * r);
  return t + (1 - t) * (spec.image == JuliaImage::W ? u : u * (2 - u));
}

// Edge density, standard deviation and uniformity of a whole image by their definitions (stages/metrics.h).
struct PlainMetrics {
  double edge = 0, deviation = 0, uniformity = 0;

  PlainMetrics(const float* image, int n) {
    const auto at = [&](int j, int i) {
      return static_cast<double>(image[std::clamp(j, 0, n - 1) * n + std::clamp(i, 0, n - 1)]);
    };
    std::vector<double> smooth(static_cast<std::size_t>(n * n));
    const auto weigh = [](int a) { return a == 0 ? 0.5 : 0.25; };
    double mean = 0, variance = 0, local = 0;
    for (int j = 0; j < n; ++j)
      for (int i = 0; i < n; ++i) {
        mean += at(j, i) / n / n;
        double box = 0, box_of_squares = 0;
        for (int b = -1; b <= 1; ++b)
          for (int a = -1; a <= 1; ++a) {
            smooth[static_cast<std::size_t>(std::int64_t{j} * n + i)] += weigh(a) * weigh(b) * at(j + b, i + a);
            box += at(j + b, i + a) / 9;
            box_of_squares += at(j + b, i + a) * at(j + b, i + a) / 9;
          }
        local += (box_of_squares - box * box) / n / n;
      }
    const auto blurred = [&](int j, int i) {
      return smooth[static_cast<std::size_t>(std::int64_t{std::clamp(j, 0, n - 1)} * n + std::clamp(i, 0, n - 1))];
    };
    for (int j = 0; j < n; ++j)
      for (int i = 0; i < n; ++i) {
        variance += (at(j, i) - mean) * (at(j, i) - mean) / n / n;
        // The outer stencil's own border comes after the inner one's: clamp the outer index first.
        double gx = 0, gy = 0;
        for (int a = -1; a <= 1; ++a) {
          const int jj = std::clamp(j + a, 0, n - 1), ii = std::clamp(i + a, 0, n - 1);
          gx += weigh(a) * (blurred(jj, i + 1) - blurred(jj, i - 1)) / 2;
          gy += weigh(a) * (blurred(j + 1, ii) - blurred(j - 1, ii)) / 2;
        }
        const double e = gx * gx + gy * gy;
        edge += e / (e + 0.15 * 0.15) / n / n;
      }
    deviation = std::sqrt(variance + 1e-6);
    uniformity = 1 / (1 + 10 * local);
  }
};

TEST_P(JuliaIsa, EverySideIsItsDefinition) {
  const std::uint64_t seed = 24;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  const auto backend = make_cpu_backend(1, GetParam());
  auto drawn = frames_near_cardioid(seed, 2);
  // Away from the boundary, where single precision orbits stay with the exact ones.
  drawn[0] = 0.4f;
  drawn[1] = 0.3f;
  drawn[4] = -1.2f;
  drawn[5] = 0.5f;
  MetricsSpec metrics;
  metrics.selection = MetricSelection::all;
  for (const int side : {4, 6, 8, 14, 16, 18, 32, 34, 48, 50}) {
    SCOPED_TRACE(side);
    const JuliaSpec spec = spec_of(side % 4 == 0 ? JuliaImage::V : JuliaImage::W, side);
    const Result r = compute(*backend, spec, metrics, 2, drawn);
    for (int t = 0; t < 2; ++t) {
      const float* image = &r.images[static_cast<std::size_t>(std::int64_t{t} * side * side)];
      // As for the golden arrays.
      for (int k = 0; k < side * side; ++k)
        ASSERT_NEAR(image[k], fade_intensity(spec, &drawn[static_cast<std::size_t>(4 * t)], k / side, k % side), 1e-5);
      const PlainMetrics plain(image, side);
      const float* values = &r.values[static_cast<std::size_t>(std::int64_t{t} * kMetrics)];
      // Of the same image: sums of positive terms, a few ulps.
      EXPECT_NEAR(values[kEdgeDensity], plain.edge, 1e-6);
      EXPECT_NEAR(values[kBrightnessStd], plain.deviation, 1e-6);
      EXPECT_NEAR(values[kColorUniformity], plain.uniformity, 1e-6);
    }
  }
}

TEST_P(JuliaIsa, ParametersWithoutADerivativeGiveOnesAndZeros) {
  const auto backend = make_cpu_backend(1, GetParam());
  const float nan = NAN, inf = std::numeric_limits<float>::infinity();
  const std::vector<float> drawn = {nan, 0, 0, 0, 0, nan,  0, 0, 0, 0, nan,  0, 0, 0, 0, nan,
                                    inf, 0, 0, 0, 0, -inf, 0, 0, 0, 0, -inf, 0, 0, 0, 0, inf};
  for (const JuliaImage image : kImages) {
    const Result r = compute(*backend, spec_of(image, 16), {}, 8, drawn);
    for (const float v : r.images) EXPECT_EQ(v, 1);
    for (const float v : r.tangents) EXPECT_EQ(v, 0);
    for (const float v : r.jacobian) EXPECT_EQ(v, 0);
    for (const float v : r.values) EXPECT_TRUE(std::isfinite(v));
  }
  std::vector<float> chi(8), slope(16);
  backend->connectedness({}, {drawn.data(), 8, 4}, chi, {slope.data(), 8, 2});
  EXPECT_EQ(chi[0], 1);
  EXPECT_EQ(chi[1], 1);
  for (const float v : slope) EXPECT_EQ(v, 0);
}

TEST_P(JuliaIsa, StaysFiniteEverywhere) {
  const std::uint64_t seed = 25;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  constexpr std::int64_t kFrames = 20000;
  auto drawn = test::random_floats(seed, 4 * kFrames, -2, 2);
  for (std::size_t i = 0; i < drawn.size(); i += 4) {
    drawn[i + 2] *= std::log(10.0f) / 2;
    if (i < 32) {
      drawn[i] = i & 4 ? 2 : -2;
      drawn[i + 1] = i & 8 ? 2 : -2;
      drawn[i + 2] = i & 16 ? 0 : -2.3f;
    }
    if (i == 32) drawn[i] = drawn[i + 1] = drawn[i + 2] = drawn[i + 3] = 0;
    if (i == 36) drawn[i] = drawn[i + 1] = 100;
  }
  const cpu::JuliaKernels& kernels = *cpu::select_kernels(GetParam()).julia;
  const cpu::HalfShape shape(8);
  std::vector<float> frame(static_cast<std::size_t>(shape.frame())), orbit;
  for (const JuliaImage image : kImages) {
    const JuliaSpec spec = spec_of(image, 8);
    orbit.resize(static_cast<std::size_t>(cpu::orbit_size(spec.max_iterations)));
    int overflowed = 0;
    for (std::size_t t = 0; t < kFrames; ++t) {
      const float* p = &drawn[4 * t];
      overflowed += kernels.render_image(spec, math::julia_view<float>(spec, p[0], p[1], p[2], p[3]),
                                         shape.planes(frame.data()), orbit.data());
      for (std::size_t k = 0; k < 5 * 64; ++k) {
        ASSERT_TRUE(std::isfinite(frame[k])) << t;
        if (k < 64 && k % 16 < 8) {
          ASSERT_TRUE(frame[k] > 0 && frame[k] <= 1) << t << ": " << frame[k];
        }
      }
    }
    EXPECT_EQ(overflowed, 0);
  }
  std::vector<float> chi(kFrames), slope(2 * kFrames);
  make_cpu_backend(1, GetParam())->connectedness({}, {drawn.data(), kFrames, 4}, chi, {slope.data(), kFrames, 2});
  for (const float v : chi) ASSERT_TRUE(v > 0 && v <= 1);
  for (const float v : slope) ASSERT_TRUE(std::isfinite(v));
}

TEST_P(JuliaIsa, EscapeTimesMatchTheGoldenImages) {
  const auto params = read_npy<double>(test::golden("hard/params.npy"));
  const auto images = read_npy<std::uint8_t>(test::golden("hard/images.npy"));
  const std::int64_t frames = params.dim(0), pixels = 128 * 128;
  std::vector<double> rows(static_cast<std::size_t>(4 * frames));
  for (std::size_t t = 0; t < static_cast<std::size_t>(frames); ++t)
    for (std::size_t i = 0; i < 3; ++i) rows[4 * t + i] = params.values[3 * t + i];
  std::vector<std::uint8_t> ours(images.values.size());
  make_cpu_backend(2, GetParam())->escape_time_images({}, {rows.data(), frames, 4}, {ours.data(), frames, pixels});
  std::int64_t different = 0;
  for (std::size_t k = 0; k < ours.size(); ++k) different += ours[k] != images.values[k];
  // The same operations in the same order (but for numpy's square root in |z| <= 2, which would show at a |z| that
  // meets 2 to the last bit).
  EXPECT_EQ(different, 0);

  // A quarter turn is a rotation of the array, up to the rounding of cos and sin: pixels at the boundary may differ.
  rows[3] = std::acos(-1.0) / 2;
  rows[0] = 0.3;
  rows[1] = 0.5;
  std::vector<std::uint8_t> turned(ours.size());
  const auto backend = make_cpu_backend(1, GetParam());
  backend->escape_time_images({}, {rows.data(), 1, 4}, {turned.data(), 1, pixels});
  rows[3] = 0;
  backend->escape_time_images({}, {rows.data(), 1, 4}, {ours.data(), 1, pixels});
  different = 0;
  for (std::size_t j = 0; j < 128; ++j)
    for (std::size_t i = 0; i < 128; ++i) different += turned[j * 128 + i] != ours[i * 128 + 127 - j];
  EXPECT_LE(different, 200);
}

TEST_P(JuliaIsa, EscapeTimesOfPixelsThatNeverEscapeAreTheLimit) {
  const std::uint64_t seed = 26;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  // c of fixed points with multipliers m, |m| < 1: sets with an inside, of which the middle is known early
  // (math/trap.h).
  constexpr std::int64_t kFrames = 40;
  const EscapeTimeSpec spec{.side = 64};
  const std::int64_t pixels = std::int64_t{spec.side} * spec.side;
  const auto u = test::random_floats(seed, 3 * kFrames, 0, 1);
  std::vector<double> rows;
  for (std::size_t t = 0; t < u.size(); t += 3) {
    const double rho = std::sqrt(u[t]), psi = 6.3 * u[t + 1];
    rows.insert(rows.end(), {rho / 2 * std::cos(psi) - rho * rho / 4 * std::cos(2 * psi),
                             rho / 2 * std::sin(psi) - rho * rho / 4 * std::sin(2 * psi), 1.3, 6.3 * u[t + 2]});
  }
  std::vector<std::uint8_t> images(static_cast<std::size_t>(kFrames * pixels));
  make_cpu_backend(2, GetParam())
      ->escape_time_images(spec, {rows.data(), kFrames, 4}, {images.data(), kFrames, pixels});
  std::int64_t different = 0, inside = 0;
  for (std::int64_t t = 0; t < kFrames; ++t) {
    const math::EscapeTimeView view = math::escape_time_view(spec, &rows[static_cast<std::size_t>(4 * t)]);
    for (std::int64_t k = 0; k < pixels / 2; ++k) {
      math::EscapeTimeOrbit<double, bool> orbit;
      orbit.start(view, math::escape_time_position(view, k % spec.side, spec.side),
                  math::escape_time_position(view, k / spec.side, spec.side));
      for (int step = 0; step < spec.max_iterations; ++step) orbit.step(view.c_re, view.c_im);
      const int steps = static_cast<int>(orbit.iterations);
      inside += steps == spec.max_iterations;
      different +=
          images[static_cast<std::size_t>(t * pixels + k)] != math::escape_time_shade(steps, spec.max_iterations);
    }
  }
  EXPECT_GT(inside, kFrames * pixels / 20);
  EXPECT_EQ(different, 0);
}

INSTANTIATE_TEST_SUITE_P(, JuliaIsa, testing::ValuesIn(isas()), [](const auto& p) { return p.param; });

TEST(JuliaBackend, ChecksItsArguments) {
  const auto backend = make_cpu_backend(1);
  std::vector<float> drawn(8), images(2 * 16 * 16);
  const auto render = [&](JuliaSpec spec, std::int64_t pixels) {
    backend->julia_images(spec, {drawn.data(), 2, 4}, {images.data(), 2, pixels}, {});
  };
  EXPECT_NO_THROW(render(spec_of(JuliaImage::V, 16), 256));
  EXPECT_THROW(render(spec_of(JuliaImage::V, 16), 255), CheckFailure);
  EXPECT_THROW(render(spec_of(JuliaImage::V, 15), 225), CheckFailure);
  EXPECT_THROW(render(spec_of(JuliaImage::V, 2), 4), CheckFailure);
  JuliaSpec deep = spec_of(JuliaImage::Q, 16);
  deep.max_iterations = 91;
  EXPECT_THROW(render(deep, 256), CheckFailure);
  EXPECT_NO_THROW(backend->julia_images(spec_of(JuliaImage::V, 16), {drawn.data(), 0, 4}, {images.data(), 0, 256}, {}));
}

TEST(JuliaBackend, AllocatesOnlyTheFirstTime) {
  const auto backend = make_cpu_backend(2);
  const auto drawn = frames_near_cardioid(26, 20);
  compute(*backend, spec_of(JuliaImage::V, 32), {}, 10, drawn);
  const std::int64_t before = backend->memory().allocations();
  compute(*backend, spec_of(JuliaImage::V, 32), {}, 10, drawn);
  EXPECT_EQ(backend->memory().allocations(), before);
}

}  // namespace
}  // namespace fractalsync
