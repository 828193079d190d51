// Between stages 1 and 2: from features to what the network sees. A window is W consecutive frames of model features,
// frame-major, and each model feature x enters the network as
//
//   clip((x - mean) / std, -5, 5),
//
// with mean and std of the training set. The statistics live in the checkpoint; the exported graph does the same.
#pragma once

#include "core/annotate.h"
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

inline constexpr float kSmallestStd = 1e-6f;    ///< a smaller std belongs to a constant feature and counts as 1
inline constexpr float kStandardizedLimit = 5;  ///< standardised features are clipped to +-this

/// What a centred feature is multiplied by.
template <class T>
FS_FORMULA T standardizing_scale(T std) {
  return std < T(kSmallestStd) ? T(1) : T(1) / std;
}

/// Feature `x` as the network sees it; `scale` is standardizing_scale(std).
template <class T>
FS_FORMULA T standardize(T x, T mean, T scale) {
  const T z = (x - mean) * scale;
  return z > T(kStandardizedLimit) ? T(kStandardizedLimit) : z < T(-kStandardizedLimit) ? T(-kStandardizedLimit) : z;
}

}  // namespace fractalsync
