// Slopes over nine frames against lines, whose slope is known, and against librosa's arrays.
#include "host/dataset/deltas.h"

#include <gtest/gtest.h>

#include <vector>

#include "support/compare.h"

namespace fractalsync::test {
namespace {

std::vector<float> deltas_of(const std::vector<float>& values, std::int64_t features) {
  const std::int64_t frames = static_cast<std::int64_t>(values.size()) / features;
  std::vector<float> delta(values.size());
  compute_deltas(Matrix<const float>(values.data(), frames, features), Matrix<float>(delta.data(), frames, features));
  return delta;
}

TEST(Deltas, OfALineAreItsSlopeEvenInAShortFile) {
  for (const int frames : {2, 3, 8, 9, 10, 25}) {
    SCOPED_TRACE(frames);
    std::vector<float> lines, slopes;
    for (int t = 0; t < frames; ++t) {
      lines.insert(lines.end(), {1.5f + 0.25f * static_cast<float>(t), -3.0f * static_cast<float>(t)});
      slopes.insert(slopes.end(), {0.25f, -3.0f});
    }
    // All values are exact; only the division by the norm rounds, and once more to float.
    EXPECT_TRUE(all_near(deltas_of(lines, 2), slopes, 3 * 0x1p-23));
  }
}

TEST(Deltas, OfNothingAreNothingAndOfOneFrameZero) {
  EXPECT_TRUE(deltas_of({}, 6).empty());
  EXPECT_EQ(deltas_of({5, -1}, 2), (std::vector<float>{0, 0}));
}

TEST(Deltas, OfAShortFileHaveOneSlope) {
  // Least squares through (0, 0), (1, 0), (2, 6): slope (6 - 0) / 2.
  EXPECT_EQ(deltas_of({0, 0, 6}, 1), (std::vector<float>{3, 3, 3}));
}

}  // namespace
}  // namespace fractalsync::test
