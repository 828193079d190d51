// The motion of the atlas formulation: values against their definition, gradients against differences, and rest.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "backend.h"
#include "math/atlas.h"
#include "support/compare.h"
#include "support/random.h"

namespace fractalsync {
namespace {

struct Motion {
  std::vector<float> heads, drawn;
};

Motion forward(Backend& backend, const AtlasSpec& spec, int length, std::vector<float>& logits,
               std::vector<float>& phases) {
  const auto rows = static_cast<std::int64_t>(logits.size()) / kHeads;
  Motion m{std::vector<float>(logits.size()), std::vector<float>(static_cast<std::size_t>(rows * kDrawnColumns))};
  backend.atlas_forward(spec, length, {logits.data(), rows, kHeads}, {phases.data(), rows / length, kAtlasPhases},
                        {m.heads.data(), rows, kHeads}, {m.drawn.data(), rows, kDrawnColumns});
  return m;
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// Written out in double from stages/atlas.h, with the atlas' own interpolation.
TEST(AtlasMotion, ForwardIsItsDefinition) {
  const auto backend = make_cpu_backend(2);
  const std::uint64_t seed = 51;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  const int length = 300, sequences = 3;
  auto logits = test::random_floats(seed, sequences * length * kHeads, -3, 3);
  std::vector<float> phases = {0, 0, 1, 2, 6.2f, 6.2f};  // rotation, journey
  AtlasSpec spec;
  spec.travel = 0.06f;  // several laps
  const Motion m = forward(*backend, spec, length, logits, phases);
  for (int q = 0; q < sequences; ++q) {
    const float* start = &phases[2 * static_cast<std::size_t>(q)];
    double phi = start[0], theta = start[1];
    double e = 0, hue = 0, zoom = 0;
    for (int t = 0; t < length; ++t) {
      const std::size_t row = static_cast<std::size_t>(std::int64_t{q} * length + t);
      const float* o = &logits[row * kHeads];
      const auto low_pass = [&](double& y, double alpha, double value) {
        y = t == 0 ? value : (1 - alpha) * y + alpha * value;
      };
      low_pass(e, double{spec.low_pass_shape}, sigmoid(o[0]));
      low_pass(hue, double{spec.low_pass_color}, sigmoid(o[2]));
      low_pass(zoom, double{spec.low_pass_shape}, double{spec.log_zoom_swing} * std::tanh(double{o[5]}));
      const double speed = sigmoid(o[6]);
      theta += double{spec.travel} * speed * (1 - e / 2) / 0.8;
      const double along = 0.5 + std::asin(0.95 * std::sin(theta)) / (2 * std::asin(0.95));
      const auto place = math::atlas_place(atlas_tables(), along, e);
      phi += 0.6 * double{spec.omega} * speed / place.sensitivity;
      // Rounded to single once each; c's slopes are below 4, and what the rotation sums up was in double.
      constexpr double kTolerance = 1e-6;
      EXPECT_NEAR(m.heads[row * kHeads + kEdges], e, kTolerance);
      EXPECT_NEAR(m.heads[row * kHeads + kJourney], along, kTolerance);
      EXPECT_NEAR(m.heads[row * kHeads + kHue], hue, kTolerance);
      EXPECT_NEAR(m.heads[row * kHeads + kSpeed], speed, kTolerance);
      EXPECT_NEAR(m.drawn[row * 4 + kDrawnReal], place.re, kTolerance);
      EXPECT_NEAR(m.drawn[row * 4 + kDrawnImag], place.im, kTolerance);
      EXPECT_NEAR(m.drawn[row * 4 + kDrawnLogZoom], place.log_zoom + zoom, kTolerance);
      EXPECT_NEAR(std::remainder(m.drawn[row * 4 + kDrawnPhi] - phi, 2 * M_PI), 0, kTolerance);
      EXPECT_GE(m.drawn[row * 4 + kDrawnPhi], 0);
      EXPECT_LT(m.drawn[row * 4 + kDrawnPhi], 2 * M_PI);
    }
  }
}

// What backward holds constant is held constant: no travel, and the rotation by itself (its sensitivity depends on e).
void expect_gradients(bool of_rotation) {
  const auto backend = make_cpu_backend(1);
  const std::uint64_t seed = 52;
  SCOPED_TRACE(testing::Message() << "seed " << seed << (of_rotation ? ", rotation" : ""));
  const int length = 9, sequences = 2;
  const std::int64_t rows = sequences * length;
  auto logits = test::random_floats(seed, rows * kHeads, -1, 1);
  std::vector<float> phases = {0.1f, 0.3f, 2, 4};
  auto weight_heads = test::random_floats(seed + 1, rows * kHeads, -1, 1);
  auto weight_drawn = test::random_floats(seed + 2, rows * kDrawnColumns, -1, 1);
  for (std::size_t i = 0; i < weight_drawn.size(); ++i)
    if ((i % kDrawnColumns == kDrawnPhi) != of_rotation) weight_drawn[i] = 0;
  if (of_rotation) std::fill(weight_heads.begin(), weight_heads.end(), 0.0f);
  AtlasSpec spec;
  spec.travel = 0;
  const auto loss = [&](const Motion& m) {
    double sum = 0;
    for (std::size_t i = 0; i < m.heads.size(); ++i)
      if (i % kHeads != kJourney) sum += static_cast<double>(m.heads[i]) * weight_heads[i];
    for (std::size_t i = 0; i < m.drawn.size(); ++i) sum += static_cast<double>(m.drawn[i]) * weight_drawn[i];
    return sum;
  };
  const Motion m = forward(*backend, spec, length, logits, phases);
  std::vector<float> grad(logits.size(), 0.0f);
  backend->atlas_backward(spec, length, {logits.data(), rows, kHeads}, {m.heads.data(), rows, kHeads},
                          {weight_drawn.data(), rows, kDrawnColumns}, {weight_heads.data(), rows, kHeads},
                          {grad.data(), rows, kHeads});
  // Whether some row's e is in another cell of the atlas: its slopes are others there.
  const auto cells = [](const Motion& motion) {
    std::vector<int> columns;
    for (std::size_t i = 0; i < motion.heads.size(); i += kHeads)
      columns.push_back(static_cast<int>(motion.heads[i + kEdges] * (kAtlasColumns - 1)));
    return columns;
  };
  const float h = 0x1p-7f;
  int compared = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const auto head = static_cast<int>(i % kHeads);
    if (of_rotation && head != kSpeed) {
      EXPECT_EQ(grad[i], 0) << "logit " << i;
      continue;
    }
    const float kept = logits[i];
    logits[i] = kept + h;
    const Motion up = forward(*backend, spec, length, logits, phases);
    logits[i] = kept - h;
    const Motion down = forward(*backend, spec, length, logits, phases);
    logits[i] = kept;
    if (cells(up) != cells(down)) continue;
    ++compared;
    // As for visual_backward.
    EXPECT_NEAR(grad[i], (loss(up) - loss(down)) / (2 * h), h * h / 6 * 36 + 12 * 1.2e-7 / (2 * h)) << "logit " << i;
  }
  EXPECT_GT(compared, of_rotation ? 15 : 100);
}

TEST(AtlasMotion, BackwardMatchesDifferences) {
  expect_gradients(false);
  expect_gradients(true);
}

TEST(AtlasMotion, BackwardAddsToWhatIsThere) {
  const auto backend = make_cpu_backend(1);
  auto logits = test::random_floats(53, 5 * kHeads, -1, 1), heads = test::random_floats(54, 5 * kHeads, 0, 1),
       grad_drawn = test::random_floats(55, 5 * kDrawnColumns, -1, 1),
       grad_heads = test::random_floats(56, 5 * kHeads, -1, 1);
  const auto backward = [&](std::vector<float> grad) {
    backend->atlas_backward({}, 5, {logits.data(), 5, kHeads}, {heads.data(), 5, kHeads},
                            {grad_drawn.data(), 5, kDrawnColumns}, {grad_heads.data(), 5, kHeads},
                            {grad.data(), 5, kHeads});
    return grad;
  };
  const std::vector<float> from_nothing = backward(std::vector<float>(5 * kHeads)),
                           from_one = backward(std::vector<float>(5 * kHeads, 1.0f));
  for (std::size_t i = 0; i < from_one.size(); ++i) EXPECT_NEAR(from_one[i], 1 + from_nothing[i], 4e-7);
}

// Without speed, and with shape and colours as they are, nothing moves at all.
TEST(AtlasMotion, StandsStillWithoutSpeed) {
  const auto backend = make_cpu_backend(1);
  const int length = 50;
  std::vector<float> logits, phases = {1, 2};
  for (int t = 0; t < length; ++t) logits.insert(logits.end(), {0.5f, 9, -0.3f, 0.2f, 0.1f, 0.4f, -1000});
  auto m = forward(*backend, {}, length, logits, phases);
  for (std::size_t t = 1; t < static_cast<std::size_t>(length); ++t) {
    for (std::size_t k = 0; k < kDrawnColumns; ++k) EXPECT_EQ(m.drawn[t * kDrawnColumns + k], m.drawn[k]);
    for (std::size_t k = 0; k < kHeads; ++k) EXPECT_EQ(m.heads[t * kHeads + k], m.heads[k]);
  }
  EXPECT_EQ(m.drawn[kDrawnPhi], 1);
  const std::int64_t rows = length;
  std::vector<float> values(static_cast<std::size_t>(rows * kMetrics)), jacobian(values.size() * kTangents),
      previous(static_cast<std::size_t>(rows * kTangents));
  JuliaSpec julia;
  julia.image = JuliaImage::W;
  julia.side = 16;
  backend->julia_metrics(julia, {}, length, {m.drawn.data(), rows, kDrawnColumns},
                         {{values.data(), rows, kMetrics},
                          {jacobian.data(), rows, kMetrics * kTangents},
                          {previous.data(), rows, kTangents}});
  for (std::size_t t = 0; t < static_cast<std::size_t>(length); ++t)
    EXPECT_EQ(values[t * kMetrics + kTemporalChange], 0);
}

}  // namespace
}  // namespace fractalsync
