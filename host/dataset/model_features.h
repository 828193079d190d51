// From raw features to what the MLP sees before standardisation (stages/window.h): comparable scales, and
// optionally how fast each feature changes. The order of the columns is the order of the model's inputs.
#pragma once

#include "core/view.h"
#include "stages/features.h"

namespace fractalsync {

struct ModelFeatureSpec {
  bool include_delta = false;
  bool include_delta_delta = false;

  /// Model features per frame: 6, 12 or 18.
  int features() const { return kBaseFeatures * (1 + (include_delta ? 1 : 0) + (include_delta_delta ? 1 : 0)); }
};

/// `raw` [frames, 6] -> `model` [frames, spec.features()], all of one file: centroid and rolloff as shares of the
/// Nyquist frequency, flux as log1p, the rest as they are; then, if asked for, their deltas (deltas.h) and the deltas
/// of those.
/// `model` is overwritten and must not overlap `raw`.
void compute_model_features(const ModelFeatureSpec& spec, Matrix<const float> raw, Matrix<float> model);

}  // namespace fractalsync
