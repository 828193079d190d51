// What the stages between raw features and windows ask of their arguments, whichever backend computes them. Each throws
// CheckFailure.
#pragma once

#include <cstdint>

#include "core/view.h"
#include "stages/loss.h"
#include "stages/window.h"

namespace fractalsync {

inline void check_model_features(float gain, Matrix<const float> raw, Matrix<const float> model) {
  FS_CHECK(gain > 0);
  FS_CHECK_EQ(raw.cols(), static_cast<std::int64_t>(kBaseFeatures));
  FS_CHECK_EQ(model.cols(), raw.cols());
  FS_CHECK_EQ(model.rows(), raw.rows());
}

inline void check_deltas(Matrix<const float> features, Matrix<const float> delta) {
  FS_CHECK_EQ(delta.rows(), features.rows());
  FS_CHECK_EQ(delta.cols(), features.cols());
}

/// Model features are the six of a frame, then as many for each kind of delta.
inline void check_model_columns(Matrix<const float> model) {
  FS_CHECK(model.cols() > 0 && model.cols() <= kMostFeatures);
  FS_CHECK_EQ(model.cols() % kBaseFeatures, 0);
}

inline void check_feature_moments(View<const float> origin, Matrix<const float> model,
                                  View<const FeatureMoments> moments) {
  check_model_columns(model);
  FS_CHECK_EQ(origin.size(), model.cols());
  FS_CHECK_EQ(moments.size() * kBaseFeatures, model.cols());
}

inline void check_statistics_fit(const FeatureStatistics& statistics, Matrix<const float> model) {
  check_model_columns(model);
  FS_CHECK_EQ(static_cast<std::int64_t>(statistics.mean.size()), model.cols());
  FS_CHECK_EQ(static_cast<std::int64_t>(statistics.std.size()), model.cols());
}

inline void check_window_targets(const FeatureStatistics& statistics, int window, Matrix<const float> model,
                                 Matrix<const float> targets) {
  check_statistics_fit(statistics, model);
  FS_CHECK(window > 0);
  FS_CHECK_EQ(targets.rows(), model.rows());
  FS_CHECK_EQ(targets.cols(), static_cast<std::int64_t>(kTargets));
}

}  // namespace fractalsync
