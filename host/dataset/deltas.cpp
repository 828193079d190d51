#include "host/dataset/deltas.h"

#include <algorithm>

namespace fractalsync {
namespace {

// Slope of the least-squares line through `count` values `stride` apart.
double slope(const float* values, std::int64_t count, std::int64_t stride) {
  const double centre = static_cast<double>(count - 1) / 2;
  double weighted = 0, norm = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const double offset = static_cast<double>(i) - centre;
    weighted += offset * static_cast<double>(values[i * stride]);
    norm += offset * offset;
  }
  return norm > 0 ? weighted / norm : 0;
}

}  // namespace

void compute_deltas(Matrix<const float> features, Matrix<float> delta) {
  FS_CHECK_EQ(features.rows(), delta.rows());
  FS_CHECK_EQ(features.cols(), delta.cols());
  const std::int64_t frames = features.rows();
  const std::int64_t count = std::min<std::int64_t>(kDeltaFrames, frames);
  for (std::int64_t t = 0; t < frames; ++t) {
    const std::int64_t first = std::clamp<std::int64_t>(t - kDeltaFrames / 2, 0, frames - count);
    for (std::int64_t f = 0; f < features.cols(); ++f)
      delta(t, f) = static_cast<float>(slope(&features(first, f), count, features.stride()));
  }
}

}  // namespace fractalsync
