// How fast each feature changes: the Savitzky-Golay derivative that librosa.feature.delta computes by default, over
// nine frames. Applied to whole files, after the raw features have become model features and before windows are read.
#pragma once

#include "core/view.h"
#include "math/deltas.h"

namespace fractalsync {

/// delta(t, f) = slope per frame of the least-squares line through features(t - 4 .. t + 4, f). The first and last
/// four frames take the slope of the first and last nine (`interp` edges: librosa 0.10, librosa.feature.delta(width=9,
/// order=1); Savitzky and Golay, Anal. Chem. 36, 1964). A file of fewer than nine frames has one slope, that of the
/// line through all of it, and a file of one frame has slope 0.
/// Both are [frames, features]; `delta` is overwritten and must not overlap `features`.
void compute_deltas(Matrix<const float> features, Matrix<float> delta);

}  // namespace fractalsync
