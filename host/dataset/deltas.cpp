#include "host/dataset/deltas.h"

#include <algorithm>

namespace fractalsync {
namespace {

/// Slope of the least-squares line through `count` values `stride` apart; 0 for one value.
double slope(const float* values, int count, std::int64_t stride) {
  const double norm = math::slope_norm(count);
  double weighted = 0;
  for (int i = 0; i < count; ++i) weighted += math::slope_offset(i, count) * static_cast<double>(values[i * stride]);
  return norm > 0 ? weighted / norm : 0;
}

}  // namespace

void compute_deltas(Matrix<const float> features, Matrix<float> delta) {
  FS_CHECK_EQ(features.rows(), delta.rows());
  FS_CHECK_EQ(features.cols(), delta.cols());
  const std::int64_t frames = features.rows();
  const int count = static_cast<int>(std::min<std::int64_t>(kDeltaFrames, frames));
  for (std::int64_t t = 0; t < frames; ++t) {
    const std::int64_t first = std::clamp<std::int64_t>(t - kDeltaLag, 0, frames - count);
    for (std::int64_t f = 0; f < features.cols(); ++f)
      delta(t, f) = static_cast<float>(slope(&features(first, f), count, features.stride()));
  }
}

}  // namespace fractalsync
