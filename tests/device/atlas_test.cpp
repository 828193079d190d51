// The stages of the atlas formulation against the CPU's: context, rows, motion. (Their gradients against differences:
// tests/gradient; the loss: visual_loss_test.cpp.)
#include "stages/atlas.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "device/device.h"
#include "support/compare.h"
#include "support/random.h"
#include "support/step_at.h"

namespace fractalsync::test {
namespace {

constexpr double kHalfUlp = 0x1p-24;

class DeviceAtlas : public DeviceTest {};

struct Shape {
  int sequences, length;
};
std::ostream& operator<<(std::ostream& out, const Shape& s) { return out << s.sequences << " x " << s.length; }

// One row, odd, a whole block and one more, several blocks.
constexpr Shape kShapes[] = {{0, 5}, {1, 1}, {3, 7}, {2, 128}, {1, 129}, {2, 300}};

struct Forward {
  std::vector<float> heads, drawn;
};
Forward atlas_forward(Backend& backend, const Shape& shape) {
  const std::int64_t rows = std::int64_t{shape.sequences} * shape.length;
  Array<float> logits(backend, random_floats(3, rows * kHeads, -3, 3)),
      phases(backend, random_floats(4, shape.sequences * kAtlasPhases, 0, 6)), heads(backend, rows * kHeads),
      drawn(backend, rows * kDrawnColumns);
  backend.atlas_forward({}, shape.length, logits.matrix(kHeads), phases.matrix(kAtlasPhases), heads.matrix(kHeads),
                        drawn.matrix(kDrawnColumns));
  return {heads.host(), drawn.host()};
}

TEST_P(DeviceAtlas, ForwardAgrees) {
  for (const Shape& shape : kShapes) {
    SCOPED_TRACE(testing::Message() << shape);
    const Forward got = atlas_forward(*device, shape), expected = atlas_forward(*cpu, shape);
    // In double on both sides, and rounded to single once: an ulp of values up to 4, and of 2 pi.
    EXPECT_TRUE(all_near(View<const float>(got.heads), View<const float>(expected.heads), 2 * 4 * kHalfUlp));
    ASSERT_EQ(got.drawn.size(), expected.drawn.size());
    for (std::size_t i = 0; i < got.drawn.size(); ++i) {
      double error = std::abs(static_cast<double>(got.drawn[i]) - expected.drawn[i]);
      // Both sides of a whole turn are the same.
      if (i % kDrawnColumns == kDrawnPhi) error = std::min(error, 2 * std::numbers::pi - error);
      ASSERT_LE(error, 2 * 8 * kHalfUlp) << i;
    }
  }
}

std::vector<float> atlas_backward(Backend& backend, const Shape& shape) {
  const std::int64_t rows = std::int64_t{shape.sequences} * shape.length;
  Array<float> logits(backend, random_floats(4, rows * kHeads, -2, 2)),
      heads(backend, random_floats(5, rows * kHeads, 0.05f, 0.95f)),
      grad_drawn(backend, random_floats(6, rows * kDrawnColumns, -1, 1)),
      grad_heads(backend, random_floats(7, rows * kHeads, -1, 1)),
      grad_logits(backend, random_floats(8, rows * kHeads, -1, 1));
  backend.atlas_backward({}, shape.length, logits.matrix(kHeads), heads.matrix(kHeads),
                         grad_drawn.matrix(kDrawnColumns), grad_heads.matrix(kHeads), grad_logits.matrix(kHeads));
  return grad_logits.host();
}

TEST_P(DeviceAtlas, BackwardAgrees) {
  for (const Shape& shape : kShapes) {
    SCOPED_TRACE(testing::Message() << shape);
    const std::vector<float> got = atlas_backward(*device, shape), expected = atlas_backward(*cpu, shape);
    // In double, rounded once and then added to what is there: two roundings of the result, once each side.
    const double largest = largest_magnitude(View<const float>(expected));
    EXPECT_TRUE(all_near(View<const float>(got), View<const float>(expected), 4 * kHalfUlp * (largest + 1)));
  }
}

TEST_P(DeviceAtlas, SongContextAgrees) {
  const std::vector<std::int64_t> first = {0, 1, 40};
  for (const int features : {int{kBaseFeatures}, 2 * kBaseFeatures}) {
    const auto context = [&](Backend& backend) {
      Array<float> frames(backend, random_floats(9, 600 * features, -5, 5)), out(backend, 600 * kContextColumns);
      Array<std::int64_t> songs(backend, first);
      backend.song_context(frames.matrix(features), songs.view(), out.matrix(kContextColumns));
      return out.host();
    };
    const std::vector<float> got = context(*device), expected = context(*cpu);
    // The same operations in double; square roots are exactly rounded.
    EXPECT_TRUE(all_equal_bytes(View<const float>(got), View<const float>(expected)));
  }
}

struct Rows {
  std::vector<float> inputs, targets;
};
Rows context_windows(Backend& backend, int features, const FadeSpec& fade, bool with_targets) {
  constexpr int kWindow = 10, kLength = 37, kFrames = 400;
  const std::vector<std::int64_t> begins = {3, 350, 0, 200};
  const std::int64_t rows = static_cast<std::int64_t>(begins.size()) * kLength;
  const int width = kWindow * features + kContextInputs;
  Array<float> frames(backend, random_floats(10, kFrames * features, -5, 5)),
      context(backend, random_floats(11, kFrames * kContextColumns, 0, 2)), inputs(backend, rows * width),
      targets(backend, with_targets ? rows * kAtlasTargets : 0);
  Array<std::int64_t> starts(backend, begins);
  const StepAt step(backend, 12);
  backend.context_windows({{frames.view(), features, kWindow, starts.view(), kLength}, context.matrix(kContextColumns)},
                          fade, step.key(5), inputs.matrix(width),
                          with_targets ? targets.matrix(kAtlasTargets) : Matrix<float>{});
  return {inputs.host(), targets.host()};
}

TEST_P(DeviceAtlas, RowsAgree) {
  const FadeSpec faded{.probability = 0.7f, .flux_mean = 2, .flux_std = 1, .rms_mean = 0.2f, .rms_std = 0.1f};
  FadeSpec plain = faded;
  plain.probability = 0;
  const auto agree = [&](int features, const FadeSpec& fade, bool with_targets, double tolerance) {
    const Rows got = context_windows(*device, features, fade, with_targets),
               expected = context_windows(*cpu, features, fade, with_targets);
    EXPECT_TRUE(all_near(View<const float>(got.inputs), View<const float>(expected.inputs), tolerance));
    EXPECT_TRUE(all_near(View<const float>(got.targets), View<const float>(expected.targets), tolerance));
  };
  agree(kBaseFeatures, plain, true, 0);
  agree(3 * kBaseFeatures, plain, false, 0);
  // expm1 and log1p within two ulps of numbers up to e^7, which log1p takes back: a few of numbers up to 7, over
  // deviations of .1 and .2.
  agree(kBaseFeatures, faded, true, 8 * 7 * kHalfUlp / (0.1 * 0.2));
}

INSTANTIATE_TEST_SUITE_P(Seeds, DeviceAtlas, testing::ValuesIn(device_seeds()));

}  // namespace
}  // namespace fractalsync::test
