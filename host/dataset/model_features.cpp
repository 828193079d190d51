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

/// Computes the delta columns from the base features.
void fill_in_deltas(const WindowSpec& spec, Matrix<float> model) {
  const Matrix<float> base = feature_columns(model, 0);
  const std::int64_t last = spec.features() - kBaseFeatures;
  if (spec.include_delta) compute_deltas(base, feature_columns(model, kBaseFeatures));
  if (spec.include_delta_delta) {
    std::vector<float> delta(static_cast<std::size_t>(model.rows() * kBaseFeatures));
    const Matrix<float> slopes(delta.data(), model.rows(), kBaseFeatures);
    compute_deltas(base, slopes);
    compute_deltas(slopes, feature_columns(model, last));
  }
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
  fill_in_deltas(spec, model);
}

void make_louder(const WindowSpec& spec, float decibels, Matrix<float> model) {
  FS_CHECK_EQ(model.cols(), static_cast<std::int64_t>(spec.features()));
  const float gain = std::pow(10.0f, decibels / 20);
  for (std::int64_t t = 0; t < model.rows(); ++t) {
    model(t, kRms) *= gain;
    model(t, kFlux) = std::log1p(gain * gain * std::expm1(model(t, kFlux)));
  }
  fill_in_deltas(spec, model);
}

}  // namespace fractalsync
