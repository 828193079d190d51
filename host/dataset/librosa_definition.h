// `--definition librosa`: rewrites the causal features of one whole file as librosa 0.10 defines them, for comparing
// with programs built on it. Between the backend's features and the cache; needs the whole file (its loudest moment).
#pragma once

#include "core/view.h"
#include "stages/features.h"

namespace fractalsync {

inline constexpr float kLibrosaMelFloor = 1e-10f;  ///< `amin` of librosa.power_to_db: FeatureSpec::mel_floor to use
inline constexpr float kLibrosaTopDb = 80.0f;      ///< `top_db`: quieter bands count as this far below the loudest

/// Rewrites flux and onset of `raw` [frames, 6] in place, from the first frame of a file to its last:
///  - flux looks one frame ahead, flux(t) = ours(t + 1), the last value repeated (0 for a file of one frame);
///  - onset compares bands clipped kLibrosaTopDb below the file's loudest, and comes two frames late: librosa shifts
///    its differences right by lag + n_fft / (2 hop) = 3 frames, and the first of them belongs to frame 1. The first
///    three frames are 0 (librosa.onset.onset_strength with its defaults).
/// `mel_db` is [frames, 128], computed with the floor kLibrosaMelFloor.
void apply_librosa_definition(Matrix<float> raw, Matrix<const float> mel_db);

}  // namespace fractalsync
