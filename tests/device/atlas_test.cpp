// The stages of the atlas formulation against the CPU's: motion. (Their gradients against differences:
// tests/gradient; the loss: visual_loss_test.cpp.)
#include "stages/atlas.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "device/device.h"
#include "support/compare.h"
#include "support/random.h"

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

INSTANTIATE_TEST_SUITE_P(Seeds, DeviceAtlas, testing::ValuesIn(device_seeds()));

}  // namespace
}  // namespace fractalsync::test
