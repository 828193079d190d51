// Between stages 1 and 2: what the network sees of a model feature x,
//
//   clip((x - mean) / std, -5, 5),
//
// with mean and std of the training set. The statistics live in the checkpoint; the exported graph does the same inside.
#pragma once

#include "core/annotate.h"

namespace fractalsync {

inline constexpr float kSmallestStd = 1e-6f;     ///< a smaller std belongs to a constant feature and counts as 1
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
