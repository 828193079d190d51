// Mean and standard deviation of columns by sums around a value near them (their first), in double:
//   mean = origin + sum x / n,   var = sum x^2 / n - (sum x / n)^2,   x = value - origin.
#pragma once

#include <cmath>
#include <cstdint>

#include "core/annotate.h"
#include "core/view.h"
#include "stages/window.h"

namespace fractalsync::math {

/// Those of one frame.
FS_FORMULA FeatureMoments moments_of(const float* values, const float* origin) {
  FeatureMoments moments;
  for (int f = 0; f < kBaseFeatures; ++f) {
    const double x = static_cast<double>(values[f]) - origin[f];
    moments.sum[f] = x;
    moments.square[f] = x * x;
  }
  return moments;
}

FS_FORMULA FeatureMoments sum_of(FeatureMoments a, const FeatureMoments& b) {
  for (int f = 0; f < kBaseFeatures; ++f) {
    a.sum[f] += b.sum[f];
    a.square[f] += b.square[f];
  }
  return a;
}

/// Appends the statistics of the six features whose moments over `count` frames these are.
inline void append_statistics(const FeatureMoments& moments, const float* origin, std::int64_t count,
                              FeatureStatistics& statistics) {
  const auto n = static_cast<double>(count);
  for (int f = 0; f < kBaseFeatures; ++f) {
    const double mean = moments.sum[f] / n, variance = moments.square[f] / n - mean * mean;
    statistics.mean.push_back(static_cast<float>(origin[f] + mean));
    statistics.std.push_back(static_cast<float>(std::sqrt(variance > 0 ? variance : 0)));
  }
}

}  // namespace fractalsync::math
