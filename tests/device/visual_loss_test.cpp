// Heads, motion channel and loss against the CPU's. (Their gradients against differences: tests/gradient; what agrees
// with a checked gradient is one.)
#include <algorithm>
#include <cmath>
#include <numbers>

#include "device/device.h"
#include "stages/atlas.h"
#include "stages/loss.h"
#include "support/compare.h"
#include "support/random.h"

namespace fractalsync::test {
namespace {

constexpr double kHalfUlp = 0x1p-24;

struct Shape {
  int sequences, length;
};
std::ostream& operator<<(std::ostream& out, const Shape& s) { return out << s.sequences << " x " << s.length; }

// One row, odd, a whole block of 128 and one more, several blocks.
constexpr Shape kShapes[] = {{0, 5}, {1, 1}, {3, 7}, {2, 128}, {1, 129}, {2, 300}};

class DeviceVisual : public DeviceTest {};

struct Forward {
  std::vector<float> heads, drawn;
};
Forward visual_forward(Backend& backend, const Shape& shape) {
  const std::int64_t rows = std::int64_t{shape.sequences} * shape.length;
  Array<float> logits(backend, random_floats(3, rows * kHeads, -3, 3)),
      phases(backend, random_floats(4, shape.sequences, 0, 6)), heads(backend, rows * kHeads),
      drawn(backend, rows * kDrawnColumns);
  backend.visual_forward({}, shape.length, logits.matrix(kHeads), phases.view(), heads.matrix(kHeads),
                         drawn.matrix(kDrawnColumns));
  return {heads.host(), drawn.host()};
}

TEST_P(DeviceVisual, ForwardAgrees) {
  for (const Shape& shape : kShapes) {
    SCOPED_TRACE(testing::Message() << shape);
    const Forward got = visual_forward(*device, shape), expected = visual_forward(*cpu, shape);
    // tanh and exp are within two units of the last place of values up to 2.
    EXPECT_TRUE(all_near(View<const float>(got.heads), View<const float>(expected.heads), 2 * 4 * 2 * kHalfUlp));
    for (std::size_t i = 0; i < got.drawn.size(); ++i) {
      double error = std::abs(static_cast<double>(got.drawn[i]) - expected.drawn[i]);
      // A low-pass forgets: its roundings, two a row of values up to 2, add up to less than 1/alpha of them, and the
      // scan multiplies powers of up to eight factors.
      double tolerance = (2 / 0.15 + 8 + 8) * 2 * kHalfUlp;
      if (i % kDrawnColumns == kDrawnPhi) {
        error = std::min(error, 2 * std::numbers::pi - error);  // both sides of a whole turn are the same
        // The CPU's sum is rounded (and turned back) once a row, at up to 2 pi, and a speed differs by its error.
        const double row = static_cast<double>(i / kDrawnColumns % static_cast<std::size_t>(shape.length)) + 1;
        tolerance = row * (4 * 2 * std::numbers::pi * kHalfUlp);
      }
      ASSERT_LE(error, tolerance) << i;
    }
  }
}

std::vector<float> visual_backward(Backend& backend, const Shape& shape) {
  const std::int64_t rows = std::int64_t{shape.sequences} * shape.length;
  Array<float> heads(backend, random_floats(5, rows * kHeads, -0.6f, 0.6f)),
      grad_drawn(backend, random_floats(6, rows * kDrawnColumns, -1, 1)),
      grad_heads(backend, random_floats(7, rows * kHeads, -1, 1)),
      grad_logits(backend, random_floats(8, rows * kHeads, -1, 1));
  backend.visual_backward({}, shape.length, heads.matrix(kHeads), grad_drawn.matrix(kDrawnColumns),
                          grad_heads.matrix(kHeads), grad_logits.matrix(kHeads));
  return grad_logits.host();
}

TEST_P(DeviceVisual, BackwardAgrees) {
  for (const Shape& shape : kShapes) {
    SCOPED_TRACE(testing::Message() << shape);
    const std::vector<float> got = visual_backward(*device, shape), expected = visual_backward(*cpu, shape);
    // The rotation's gradient sums up to `length` numbers of up to 1, in another order: partial sums of random signs
    // stay below 4 sqrt(length), each rounded once on either side. The rest is smaller.
    const double sums = shape.length * 4 * std::sqrt(shape.length) * kHalfUlp;
    EXPECT_TRUE(all_near(View<const float>(got), View<const float>(expected), 0.3 * 2 * sums + 64 * kHalfUlp));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, DeviceVisual, testing::ValuesIn(device_seeds()));

class DeviceLoss : public DeviceTest {};

struct LossResult {
  std::vector<float> terms, grad_drawn, grad_heads, grad_logits;
};
LossResult run_loss(Backend& backend, const Shape& shape, const LossSpec& spec = {}) {
  const std::int64_t n = std::int64_t{shape.sequences} * shape.length;
  std::vector<float> made_up_metrics = random_floats(14, n * kMetrics, 0.02f, 0.98f);
  // The edges of the first sequence hardly move, for the visibility term.
  for (int t = 0; shape.sequences > 0 && t < shape.length; ++t)
    made_up_metrics[static_cast<std::size_t>(t * kMetrics + kEdgeDensity)] = 0.2f + 0.016f * static_cast<float>(t % 3);
  std::vector<float> made_up_heads = random_floats(12, n * kHeads, 0, 1);
  // And so do its e and hue, for the amplitude.
  for (int t = 0; spec.amplitude > 0 && t < shape.length; ++t)
    for (const int k : {int{kEdges}, int{kHue}})
      made_up_heads[static_cast<std::size_t>(t * kHeads + k)] = 0.4f + 0.05f * static_cast<float>(t % 3);
  Array<float> targets(backend, random_floats(10, n * kTargets, 0, 2)),
      logits(backend, random_floats(11, n * kHeads, -2, 2)), heads(backend, made_up_heads),
      drawn(backend, random_floats(13, n * kDrawnColumns, -1, 1)), metrics(backend, made_up_metrics),
      jacobian(backend, random_floats(15, n * kMetrics * kTangents, -1, 1)),
      previous(backend, random_floats(16, n * kTangents, -1, 1)), chi(backend, random_floats(17, n, 0.9f, 1)),
      chi_gradient(backend, random_floats(18, n * 2, -25, 25));
  Array<float> terms(backend, kLossTerms), grad_drawn(backend, n * kDrawnColumns), grad_heads(backend, n * kHeads),
      grad_logits(backend, n * kHeads);
  backend.loss(spec,
               {shape.length, targets.matrix(kTargets), logits.matrix(kHeads), heads.matrix(kHeads),
                drawn.matrix(kDrawnColumns), metrics.matrix(kMetrics), jacobian.matrix(kMetrics * kTangents),
                previous.matrix(kTangents), chi.view(), chi_gradient.matrix(2)},
               {terms.view(), grad_drawn.matrix(kDrawnColumns), grad_heads.matrix(kHeads), grad_logits.matrix(kHeads)});
  return {terms.host(), grad_drawn.host(), grad_heads.host(), grad_logits.host()};
}

void expect_loss_agrees(Backend& device, Backend& cpu, const LossSpec& spec) {
  for (const Shape& shape : {Shape{1, 3}, Shape{2, 7}, Shape{3, 128}, Shape{1, 300}}) {
    SCOPED_TRACE(testing::Message() << shape);
    const LossResult got = run_loss(device, shape, spec), expected = run_loss(cpu, shape, spec);
    for (std::size_t k = 0; k < kLossTerms; ++k)
      // Sums in double on both sides, rounded to single once.
      EXPECT_LE(std::abs(got.terms[k] - expected.terms[k]), 2 * kHalfUlp * std::abs(expected.terms[k]) + 1e-12)
          << kLossTermNames[k];
    // The CPU rounds a gradient after each of at most a dozen terms, none above four times the largest gradient.
    const auto agree = [](const std::vector<float>& a, const std::vector<float>& b) {
      return all_near(View<const float>(a), View<const float>(b),
                      12 * 4 * kHalfUlp * largest_magnitude(View<const float>(b)));
    };
    EXPECT_TRUE(agree(got.grad_drawn, expected.grad_drawn));
    EXPECT_TRUE(agree(got.grad_heads, expected.grad_heads));
    EXPECT_TRUE(agree(got.grad_logits, expected.grad_logits));
  }
}

TEST_P(DeviceLoss, Agrees) {
  expect_loss_agrees(*device, *cpu, {});
  expect_loss_agrees(*device, *cpu, atlas_loss());
}

// Whatever the order in which threads and blocks run.
TEST_P(DeviceLoss, IsTheSameEveryTime) {
  const LossResult once = run_loss(*device, {3, 40}), again = run_loss(*device, {3, 40});
  EXPECT_TRUE(all_equal_bytes(once.terms, again.terms));
  EXPECT_TRUE(all_equal_bytes(once.grad_drawn, again.grad_drawn));
}

INSTANTIATE_TEST_SUITE_P(Seeds, DeviceLoss, testing::ValuesIn(device_seeds()));

}  // namespace
}  // namespace fractalsync::test
