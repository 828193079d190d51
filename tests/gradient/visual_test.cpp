// Heads, motion channel and batch choice: values against their definition, gradients against differences.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>
#include <vector>

#include "backend.h"
#include "support/compare.h"
#include "support/random.h"
#include "support/step_at.h"

namespace fractalsync {
namespace {

struct Motion {
  std::vector<float> heads, drawn;
};

Motion forward(Backend& backend, const VisualSpec& spec, int length, std::vector<float>& logits,
               std::vector<float>& phases) {
  const auto rows = static_cast<std::int64_t>(logits.size()) / kHeads;
  Motion m{std::vector<float>(logits.size()), std::vector<float>(static_cast<std::size_t>(rows * kDrawnColumns))};
  backend.visual_forward(spec, length, {logits.data(), rows, kHeads}, phases, {m.heads.data(), rows, kHeads},
                         {m.drawn.data(), rows, kDrawnColumns});
  return m;
}

TEST(Visual, ForwardIsItsDefinition) {
  const auto backend = make_cpu_backend(2);
  const std::uint64_t seed = 11;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  const int length = 37, sequences = 3;
  auto logits = test::random_floats(seed, sequences * length * kHeads, -3, 3);
  std::vector<float> phases = {0, 1, 6.2f};
  const VisualSpec spec;
  const Motion m = forward(*backend, spec, length, logits, phases);
  for (int q = 0; q < sequences; ++q) {
    double re = 0, im = 0, zoom = 0, phi = phases[static_cast<std::size_t>(q)];
    for (int t = 0; t < length; ++t) {
      const std::size_t row = static_cast<std::size_t>(std::int64_t{q} * length + t);
      const float* o = &logits[row * kHeads];
      const double c_re = 2 * std::tanh(static_cast<double>(o[0])), c_im = 2 * std::tanh(static_cast<double>(o[1]));
      const double lz = 0.7 * std::tanh(o[5] / 0.7), speed = 1 / (1 + std::exp(-static_cast<double>(o[6])));
      re = t == 0 ? c_re : 0.85 * re + 0.15 * c_re;
      im = t == 0 ? c_im : 0.85 * im + 0.15 * c_im;
      zoom = t == 0 ? lz : 0.7 * zoom + 0.3 * lz;
      phi = std::fmod(phi + 0.3 * speed, 2 * M_PI);
      // Up to 37 roundings of numbers below 8 (half an ulp of 2^-21 each).
      const double tolerance = 37 * 2.4e-7;
      EXPECT_NEAR(m.drawn[row * 4], re, tolerance);
      EXPECT_NEAR(m.drawn[row * 4 + 1], im, tolerance);
      EXPECT_NEAR(m.drawn[row * 4 + 2], zoom, tolerance);
      EXPECT_NEAR(std::remainder(m.drawn[row * 4 + 3] - phi, 2 * M_PI), 0, tolerance);
      EXPECT_NEAR(m.heads[row * kHeads + kHue], 1 / (1 + std::exp(-static_cast<double>(o[2]))), 2e-7);
    }
  }
}

TEST(Visual, BackwardMatchesDifferences) {
  const auto backend = make_cpu_backend(1);
  const std::uint64_t seed = 12;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  const int length = 9, sequences = 2;
  const std::int64_t rows = sequences * length;
  auto logits = test::random_floats(seed, rows * kHeads, -1, 1);
  std::vector<float> phases = {0.1f, 2};
  auto weight_heads = test::random_floats(seed + 1, rows * kHeads, -1, 1);
  auto weight_drawn = test::random_floats(seed + 2, rows * kDrawnColumns, -1, 1);
  const VisualSpec spec;
  const auto loss = [&] {
    const Motion m = forward(*backend, spec, length, logits, phases);
    double sum = 0;
    for (std::size_t i = 0; i < m.heads.size(); ++i) sum += static_cast<double>(m.heads[i]) * weight_heads[i];
    for (std::size_t i = 0; i < m.drawn.size(); ++i) sum += static_cast<double>(m.drawn[i]) * weight_drawn[i];
    return sum;
  };
  const Motion m = forward(*backend, spec, length, logits, phases);
  std::vector<float> grad(logits.size(), 0.0f);
  backend->visual_backward(spec, length, {m.heads.data(), rows, kHeads}, {weight_drawn.data(), rows, kDrawnColumns},
                           {weight_heads.data(), rows, kHeads}, {grad.data(), rows, kHeads});
  const float h = 0x1p-7f;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const float kept = logits[i];
    logits[i] = kept + h;
    const double up = loss();
    logits[i] = kept - h;
    const double down = loss();
    logits[i] = kept;
    // Truncation h^2/6 |f'''| with |f'''| <= 2 * 2 * 9 (2 tanh, nine rows), and rounding of about a dozen values that
    // move, each half an ulp of 2: 12 * 1.2e-7 / (2 h).
    EXPECT_NEAR(grad[i], (up - down) / (2 * h), h * h / 6 * 36 + 12 * 1.2e-7 / (2 * h)) << "logit " << i;
  }
}

TEST(Batch, DrawsEveryStartOnceOnAverage) {
  const auto backend = make_cpu_backend(1);
  const std::vector<std::int64_t> first = {0, 50, 200}, last = {3, 4, 10};
  std::map<std::int64_t, int> seen;
  std::vector<std::int64_t> starts(2);
  std::vector<float> phases(2);
  const int draws = 20000;
  for (int step = 0; step < draws; ++step) {
    backend->draw_batch(test::StepAt(*backend, step).key(7), {first, last}, starts, {phases.data(), 2, 1});
    for (int q = 0; q < 2; ++q) {
      ++seen[starts[static_cast<std::size_t>(q)]];
      ASSERT_GE(phases[static_cast<std::size_t>(q)], 0);
      ASSERT_LT(phases[static_cast<std::size_t>(q)], 6.2832f);
    }
  }
  EXPECT_EQ(seen.size(), 10u);
  for (const std::int64_t start : {0, 1, 2, 50, 200, 201, 202, 203, 204, 205})
    // 4000 expected; six standard deviations are 6 * sqrt(40000 * .1 * .9) = 360.
    EXPECT_NEAR(seen[start], 2 * draws / 10.0, 360) << start;
  std::vector<std::int64_t> again(2);
  backend->draw_batch(test::StepAt(*backend, 5).key(7), {first, last}, starts, {phases.data(), 2, 1});
  backend->draw_batch(test::StepAt(*backend, 5).key(7), {first, last}, again, {phases.data(), 2, 1});
  EXPECT_EQ(starts, again);
}

TEST(Batch, GathersTargetsInPlace) {
  const auto backend = make_cpu_backend(1);
  std::vector<float> all(20 * 4);
  std::iota(all.begin(), all.end(), 0.0f);
  const std::vector<std::int64_t> starts = {3, 16};
  std::vector<float> out(2 * 4 * 4);
  backend->gather_targets({all.data(), 20, 4}, starts, 4, {out.data(), 8, 4});
  for (int q = 0; q < 2; ++q)
    for (int i = 0; i < 16; ++i)
      EXPECT_EQ(out[static_cast<std::size_t>(q * 16 + i)],
                static_cast<float>(starts[static_cast<std::size_t>(q)] * 4 + i));
  const std::vector<std::int64_t> outside = {17};
  EXPECT_THROW(backend->gather_targets({all.data(), 20, 4}, outside, 4, {out.data(), 4, 4}), CheckFailure);
}

}  // namespace
}  // namespace fractalsync
