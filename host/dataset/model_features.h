// From raw features to what the MLP sees before standardisation (stages/window.h): comparable scales, and
// optionally how fast each feature changes. The order of the columns is the order of the model's inputs.
#pragma once

#include "core/view.h"
#include "stages/window.h"

namespace fractalsync {

/// `raw` [frames, 6] -> `model` [frames, spec.features()], all of one file: centroid and rolloff as shares of the
/// Nyquist frequency, flux as log1p, the rest as they are; then, if asked for, their deltas (deltas.h) and the deltas
/// of those.
/// `model` is overwritten and must not overlap `raw`.
void compute_model_features(const WindowSpec& spec, Matrix<const float> raw, Matrix<float> model);

/// What the model features [frames, spec.features()] of a sound would be had it been `decibels` louder: loudness is
/// proportional to the amplitude and flux to its square; the others do not depend on it (onset strength but for its
/// floor). In place, deltas included.
void make_louder(const WindowSpec& spec, float decibels, Matrix<float> model);

}  // namespace fractalsync
