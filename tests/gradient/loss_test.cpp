// The loss: Pearson's gradient exactly, every term's wiring by differences, its invariances.
#include "math/loss.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "backend.h"
#include "stages/atlas.h"
#include "support/compare.h"
#include "support/random.h"

namespace fractalsync {
namespace {

TEST(Pearson, GradientMatchesDifferencesAndIsInvariant) {
  const std::uint64_t seed = 21;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  const int n = 64;
  const auto xf = test::random_floats(seed, n, -1, 1), yf = test::random_floats(seed + 1, n, -1, 1);
  const std::vector<double> x(xf.begin(), xf.end());
  std::vector<double> y(yf.begin(), yf.end());
  const auto sums = [&] {
    return math::pair_sums<double>(
        n, [&](std::int64_t t) { return x[static_cast<std::size_t>(t)]; },
        [&](std::int64_t t) { return y[static_cast<std::size_t>(t)]; });
  };
  const auto s = sums();
  double total = 0, along = 0;
  const double h = 1e-6;
  for (std::size_t t = 0; t < y.size(); ++t) {
    const double grad = math::pearson_slope(s, double{n}, x[t], y[t]);
    total += grad;
    along += grad * y[t];
    const double kept = y[t];
    y[t] = kept + h;
    const double up = math::pearson(sums(), double{n});
    y[t] = kept - h;
    const double down = math::pearson(sums(), double{n});
    y[t] = kept;
    EXPECT_NEAR(grad, (up - down) / (2 * h), 1e-9);  // rounding 1e-16 / h, truncation h^2
  }
  // r does not change when y is shifted or scaled (the floor in the denominator costs 1e-10).
  EXPECT_NEAR(total, 0, 1e-14);
  EXPECT_NEAR(along, 0, 1e-9);
}

TEST(Pearson, ConstantSeriesHasNoCorrelationAndABoundedGradient) {
  const auto s = math::pair_sums<double>(
      10, [](std::int64_t t) { return static_cast<double>(t); }, [](std::int64_t) { return 0.5; });
  EXPECT_EQ(math::pearson(s, 10.0), 0);
  for (int t = 0; t < 10; ++t) {
    const double slope = math::pearson_slope(s, 10.0, static_cast<double>(t), 0.5);
    EXPECT_TRUE(std::isfinite(slope));
    EXPECT_LE(std::abs(slope), 4.5 / (1e-5 * 10));
  }
}

/// A batch of made-up stage outputs around the penalties' thresholds, so that every term is active somewhere.
struct Case {
  static constexpr int kLength = 7;
  static constexpr std::int64_t kFrames = 2 * kLength;
  LossSpec spec;
  std::vector<float> targets, logits, heads, drawn, metrics, jacobian, previous, chi, chi_gradient;
  std::vector<float> terms = std::vector<float>(kLossTerms), grad_drawn, grad_heads, grad_logits;

  explicit Case(std::uint64_t seed, const LossSpec& of = {})
      : spec(of),
        targets(test::random_floats(seed, std::int64_t{kFrames} * kTargets, -2, 2)),
        logits(test::random_floats(seed + 1, kFrames * kHeads, -2, 2)),
        heads(test::random_floats(seed + 2, kFrames * kHeads, 0, 1)),
        drawn(test::random_floats(seed + 3, kFrames * 4, -1, 1)),
        metrics(test::random_floats(seed + 4, kFrames * kMetrics, 0.02f, 0.98f)),
        jacobian(test::random_floats(seed + 5, kFrames * kMetrics * 4, -1, 1)),
        previous(test::random_floats(seed + 6, kFrames * 4, -1, 1)),
        chi(test::random_floats(seed + 7, kFrames, 0.9f, 1)),
        chi_gradient(test::random_floats(seed + 8, kFrames * 2, -25, 25)),
        grad_drawn(kFrames * 4),
        grad_heads(kFrames * kHeads),
        grad_logits(kFrames * kHeads) {
    // One sequence whose edges hardly move, for the visibility term (deviation .013, threshold .02).
    for (int t = 0; t < kLength; ++t)
      metrics[static_cast<std::size_t>(std::int64_t{t} * kMetrics)] = 0.2f + 0.016f * static_cast<float>(t % 3);
    // And one whose e and hue move little (deviation .1), for the amplitude.
    for (int t = 0; spec.amplitude > 0 && t < kLength; ++t)
      for (const int k : {int{kEdges}, int{kHue}})
        heads[static_cast<std::size_t>(std::int64_t{t} * kHeads + k)] = 0.4f + 0.12f * static_cast<float>(t % 3);
    // The penalties have kinks; a difference must not straddle one.
    const auto clear_of = [](float& value, float kink) {
      if (std::abs(value - kink) < 0.02f) value = kink + (value < kink ? -0.02f : 0.02f);
    };
    for (float& value : chi) clear_of(value, 0.97f);
    for (std::size_t t = 0; t < static_cast<std::size_t>(kFrames); ++t) {
      clear_of(metrics[t * kMetrics + kBrightnessStd], 0.25f);
      clear_of(metrics[t * kMetrics + kBrightnessMean], 0.2f);
      clear_of(metrics[t * kMetrics + kBrightnessMean], 0.8f);
    }
  }

  double total(Backend& backend) {
    backend.loss(spec,
                 {kLength,
                  {targets.data(), kFrames, kTargets},
                  {logits.data(), kFrames, kHeads},
                  {heads.data(), kFrames, kHeads},
                  {drawn.data(), kFrames, 4},
                  {metrics.data(), kFrames, kMetrics},
                  {jacobian.data(), kFrames, kMetrics * 4},
                  {previous.data(), kFrames, 4},
                  chi,
                  {chi_gradient.data(), kFrames, 2}},
                 {terms,
                  {grad_drawn.data(), kFrames, 4},
                  {grad_heads.data(), kFrames, kHeads},
                  {grad_logits.data(), kFrames, kHeads}});
    double sum = 0;
    for (int k = 1; k < kLossTerms; ++k) sum += terms[static_cast<std::size_t>(k)];
    return sum;
  }
};

// Moves one drawn parameter of one frame: the metrics that the loss follows go along their Jacobians, chi its gradient.
void move(Case& c, std::int64_t frame, int p, float by) {
  for (int m = 0; m < kMetrics; ++m)
    if (math::follows(c.spec.routes, m, p))
      c.metrics[static_cast<std::size_t>(frame * kMetrics + m)] +=
          by * c.jacobian[static_cast<std::size_t>((frame * kMetrics + m) * 4 + p)];
  if ((frame + 1) % Case::kLength != 0 && math::follows(c.spec.routes, kTemporalChange, p))
    c.metrics[static_cast<std::size_t>((frame + 1) * kMetrics + kTemporalChange)] +=
        by * c.previous[static_cast<std::size_t>((frame + 1) * 4 + p)];
  if (p < 2 && c.spec.connectedness != 0)
    c.chi[static_cast<std::size_t>(frame)] +=
        by * std::clamp(c.chi_gradient[static_cast<std::size_t>(frame * 2 + p)], -20.0f, 20.0f);
}

/// `constant`: a head of which the loss's change calibration depends, but not its gradient.
void expect_gradients_of(const LossSpec& spec, const std::vector<LossTerm>& absent, int constant = -1) {
  const auto backend = make_cpu_backend(1);
  const std::uint64_t seed = 31;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  Case c(seed, spec);
  for (std::int64_t frame = 0; frame < Case::kFrames; ++frame)  // the first frames have no temporal change
    if (frame % Case::kLength == 0)
      for (int p = 0; p < 4; ++p) {
        c.jacobian[static_cast<std::size_t>((frame * kMetrics + kTemporalChange) * 4 + p)] = 0;
        c.previous[static_cast<std::size_t>(frame * 4 + p)] = 0;
      }
  c.total(*backend);
  for (int k = 1; k < kLossTerms; ++k)
    EXPECT_EQ(c.terms[static_cast<std::size_t>(k)] == 0, std::find(absent.begin(), absent.end(), k) != absent.end())
        << kLossTermNames[k];
  const auto grad_drawn = c.grad_drawn, grad_heads = c.grad_heads, grad_logits = c.grad_logits;
  // Ten float terms of magnitude <= 2, each rounded once: 10 * 6e-8 * 2 / (2 h) = 2.4e-3 * 1e-1; truncation: the
  // correlations' third derivatives are of order weight/sigma^3, 40 for heads at random and 2 / .1^3 for a hue that
  // hardly moves, times h^2 / 6.
  const float h = 0x1p-9f;
  const double third = spec.amplitude != 0 ? 2000 : 40;
  const double tolerance = 10 * 1.2e-7 / (2 * h) + third * h * h / 6;
  const auto compare = [&](std::vector<float>& values, std::size_t i, float grad, const char* what) {
    const float kept = values[i];
    values[i] = kept + h;
    const double up = c.total(*backend);
    values[i] = kept - h;
    const double down = c.total(*backend);
    values[i] = kept;
    EXPECT_NEAR(grad, (up - down) / (2 * h), tolerance) << what << ' ' << i;
  };
  for (std::size_t i = 0; i < c.heads.size(); ++i)
    if (static_cast<int>(i % kHeads) != constant) compare(c.heads, i, grad_heads[i], "head");
  for (std::size_t i = 0; i < c.logits.size(); ++i) compare(c.logits, i, grad_logits[i], "logit");
  for (std::int64_t frame = 0; frame < Case::kFrames; ++frame)
    for (int p = 0; p < 4; ++p) {
      Case up = c, down = c;
      // The quiet sequence's correlation has third derivatives of order 1/.013^3: a smaller step, and more rounding.
      const float step = 0x1p-13f;
      move(up, frame, p, step);
      move(down, frame, p, -step);
      const double difference = (up.total(*backend) - down.total(*backend)) / (2 * step);
      EXPECT_NEAR(grad_drawn[static_cast<std::size_t>(frame * 4 + p)], difference,
                  10 * 1.2e-7 / (2 * step) + 5e5 * step * step / 6)
          << "frame " << frame << " parameter " << p;
    }
}

TEST(Loss, GradientsMatchDifferences) { expect_gradients_of({}, {kLoudnessBrightness, kAmplitude, kCentre, kPace}); }

TEST(Loss, GradientsOfTheAtlasMatchDifferences) {
  LossSpec spec = atlas_loss();
  expect_gradients_of(spec, {kDull, kConnectedness, kEdgeVisibility}, kEdges);
  spec.calibrated = false;
  expect_gradients_of(spec, {kDull, kConnectedness, kEdgeVisibility});
}

// The motion channel answers for motion, the shape channel for shape.
TEST(Loss, OfTheAtlasSendsGradientsTheirSeparateWays) {
  const auto backend = make_cpu_backend(1);
  for (const bool change : {false, true}) {
    LossSpec spec;
    spec = {.centroid_hue = 0,
            .flux_change = 0,
            .rms_change = 0,
            .zcr_edges = 0,
            .smoothness = 0,
            .dull = 0,
            .connectedness = 0,
            .edge_visibility = 0,
            .saturation = 0};
    spec.routes = GradientRoutes::separate;
    (change ? spec.flux_change : spec.zcr_edges) = 1;
    Case c(33, spec);
    c.total(*backend);
    for (std::size_t i = 0; i < c.grad_drawn.size(); ++i) {
      if ((i % kDrawnColumns == kDrawnPhi) != change) {
        EXPECT_EQ(c.grad_drawn[i], 0) << i;
      } else if (i / kDrawnColumns % Case::kLength != 0) {  // the first frame is no part of the correlations
        EXPECT_NE(c.grad_drawn[i], 0) << i;
      }
    }
  }
}

TEST(Loss, RefusesSequencesTooShortToCorrelate) {
  const auto backend = make_cpu_backend(1);
  EXPECT_THROW(backend->loss({},
                             {.length = 2,
                              .targets = {},
                              .logits = {},
                              .heads = {},
                              .drawn = {},
                              .metrics = {},
                              .jacobian = {},
                              .previous_jacobian = {},
                              .chi = {},
                              .chi_gradient = {}},
                             {}),
               CheckFailure);
}

}  // namespace
}  // namespace fractalsync
