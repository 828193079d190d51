// The slope of a feature over neighbouring frames: least-squares line through equally spaced values, which is what a
// Savitzky-Golay derivative of order 1 is (Savitzky and Golay, Anal. Chem. 36, 1964). slope = sum offset x / norm.
#pragma once

#include <cstdint>

#include "core/annotate.h"
#include "stages/window.h"

namespace fractalsync::math {

/// Place of value i of `count` from their middle.
FS_FORMULA constexpr double slope_offset(int i, int count) { return i - (count - 1) / 2.0; }

/// sum of slope_offset^2 over all values; 0 for one.
FS_FORMULA constexpr double slope_norm(int count) { return count * (count * count - 1) / 12.0; }

/// Slope of the least-squares line through `count` values `stride` apart; 0 for one value.
FS_FORMULA double slope(const float* values, int count, std::int64_t stride) {
  const double norm = slope_norm(count);
  double weighted = 0;
  for (int i = 0; i < count; ++i) weighted += slope_offset(i, count) * static_cast<double>(values[i * stride]);
  return norm > 0 ? weighted / norm : 0;
}

/// The frames under the slope of frame t, of a file of `frames` frames: `count` from `first` on.
struct SlopeFrames {
  std::int64_t first;
  int count;
};
FS_FORMULA SlopeFrames slope_frames(std::int64_t t, std::int64_t frames) {
  const std::int64_t count = frames < kDeltaFrames ? frames : kDeltaFrames;
  const std::int64_t last = frames - count, first = t < kDeltaLag ? 0 : t - kDeltaLag;
  return {first < last ? first : last, static_cast<int>(count)};
}

}  // namespace fractalsync::math
