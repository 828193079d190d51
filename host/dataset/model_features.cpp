#include "host/dataset/model_features.h"

#include <cmath>
#include <vector>

#include "host/dataset/deltas.h"

namespace fractalsync {
namespace {

/// Columns [first, first + kBaseFeatures) of all rows.
Matrix<float> feature_columns(Matrix<float> model, std::int64_t first) {
  return {model.data() + first, model.rows(), kBaseFeatures, model.stride()};
}

}  // namespace

void compute_model_features(const WindowSpec& spec, Matrix<const float> raw, Matrix<float> model) {
  FS_CHECK_EQ(raw.cols(), static_cast<std::int64_t>(kBaseFeatures));
  FS_CHECK_EQ(model.cols(), static_cast<std::int64_t>(spec.features()));
  FS_CHECK_EQ(raw.rows(), model.rows());
  const Matrix<float> base = feature_columns(model, 0);
  for (std::int64_t t = 0; t < raw.rows(); ++t) {
    base(t, kCentroid) = raw(t, kCentroid) / kNyquistHz;
    base(t, kFlux) = std::log1p(raw(t, kFlux));
    base(t, kRms) = raw(t, kRms);
    base(t, kZcr) = raw(t, kZcr);
    base(t, kOnset) = raw(t, kOnset);
    base(t, kRolloff) = raw(t, kRolloff) / kNyquistHz;
  }
  const std::int64_t last = spec.features() - kBaseFeatures;
  if (spec.include_delta) compute_deltas(base, feature_columns(model, kBaseFeatures));
  if (spec.include_delta_delta) {
    std::vector<float> delta(static_cast<std::size_t>(raw.rows() * kBaseFeatures));
    const Matrix<float> slopes(delta.data(), raw.rows(), kBaseFeatures);
    compute_deltas(base, slopes);
    compute_deltas(slopes, feature_columns(model, last));
  }
}

}  // namespace fractalsync
