// The slope of a feature over neighbouring frames: least-squares line through equally spaced values, which is what a
// Savitzky-Golay derivative of order 1 is (Savitzky and Golay, Anal. Chem. 36, 1964). slope = sum offset x / norm.
#pragma once

namespace fractalsync {

inline constexpr int kDeltaFrames = 9;              ///< frames under one slope
inline constexpr int kDeltaLag = kDeltaFrames / 2;  ///< of them lie ahead

namespace math {

/// Place of value i of `count` from their middle.
constexpr double slope_offset(int i, int count) { return i - (count - 1) / 2.0; }

/// sum of slope_offset^2; 0 for one value.
constexpr double slope_norm(int count) {
  double norm = 0;
  for (int i = 0; i < count; ++i) norm += slope_offset(i, count) * slope_offset(i, count);
  return norm;
}

}  // namespace math
}  // namespace fractalsync
