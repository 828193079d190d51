// Mean and standard deviation of the model features over the training tracks: what standardisation uses, in training
// and in every exported graph.
#pragma once

#include <vector>

#include "core/view.h"

namespace fractalsync {

/// Of each of the F model features, population statistics.
struct FeatureStatistics {
  std::vector<float> mean, std;
};

/// Statistics over all frames of all tracks ([frames, F] each), accumulated in double around each feature's first
/// value. Throws Error when there is no frame at all.
FeatureStatistics feature_statistics(const std::vector<Matrix<const float>>& tracks);

}  // namespace fractalsync
