// Between stages 1 and 2: from raw features to what the network sees. A window is W consecutive frames of model
// features, frame-major: comparable scales and, if asked for, how fast each changes. Each model feature x enters the
// network as
//
//   clip((x - mean) / std, -5, 5),
//
// with mean and std of the training set. The statistics live in the checkpoint; the exported graph does the same.
// The formulas are in math/model_features.h, math/deltas.h and math/feature_statistics.h.
#pragma once

#include <vector>

#include "stages/features.h"

namespace fractalsync {

/// What one window holds. Deltas are appended to the six base features of each frame, in this order.
struct WindowSpec {
  int frames = 10;
  bool include_delta = false;
  bool include_delta_delta = false;

  /// Features per frame: 6, 12 or 18.
  int features() const { return kBaseFeatures * (1 + int{include_delta} + int{include_delta_delta}); }
  /// Numbers per window: the network's input.
  int input() const { return frames * features(); }

  bool operator==(const WindowSpec&) const = default;
};

inline constexpr int kMostFeatures = 3 * kBaseFeatures;  ///< per frame, both deltas included

inline constexpr int kDeltaFrames = 9;              ///< frames under one slope
inline constexpr int kDeltaLag = kDeltaFrames / 2;  ///< of them lie ahead

/// Sums over frames of six neighbouring model features, taken from an origin: what their statistics are made of
/// (math/feature_statistics.h).
struct FeatureMoments {
  double sum[kBaseFeatures] = {}, square[kBaseFeatures] = {};
};

/// Of each of the F model features over the frames of the training set, population statistics (host memory).
struct FeatureStatistics {
  std::vector<float> mean, std;
};

inline constexpr float kSmallestStd = 1e-6f;    ///< a smaller std belongs to a constant feature and counts as 1
inline constexpr float kStandardizedLimit = 5;  ///< standardised features are clipped to +-this

}  // namespace fractalsync
