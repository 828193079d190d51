// What the atlas formulation hears: the window, and how the song has been so far. A quiet song and a lively one then
// look alike to the network, which a window alone does not allow.
//
// On standardised features z (stages/window.h), of which a song's first six are followed: before its first frame the
// mean m is 0 and the variance v 1, those of the training set, weighing as much as 86 frames; from frame i = 0 on
//
//   g = max(1/2584, 1/(87 + i));  d = z_i - m;  m <- m + g d;  v <- (1 - g)(v + g d^2)       (a minute of memory)
//
// A row for the window that ends with frame t holds the window, frame after frame, and of each of the six features
//
//   m_t;  s_t = sqrt(v_t);  (the window's mean - m_t) / max(s_t, .2);  (z_t - m_t) / max(s_t, .2)
//
// clipped to +-5, 5, +-4, +-4, each kind in a run of its own.
#pragma once

#include <cstdint>

#include "core/view.h"
#include "stages/features.h"
#include "stages/loss.h"
#include "stages/mlp.h"

namespace fractalsync {

/// Columns of a row of context: mean and deviation of each feature so far.
inline constexpr int kContextColumns = 2 * kBaseFeatures;
/// What a row holds besides its window.
inline constexpr int kContextInputs = 4 * kBaseFeatures;

/// The windows of a batch in their songs. `context` has the rows of `windows.frames` (song_context); frames are
/// standardised, and at least kBaseFeatures wide.
struct ContextBatch {
  WindowBatch windows;
  Matrix<const float> context;  ///< [frames, kContextColumns]

  int input() const { return windows.input() + kContextInputs; }
};

/// Songs do not fall silent often enough to learn stillness from. With this probability a sequence's loudness and flux
/// are multiplied by a random line of two to four knots, each max(0, uniform in [-.3, 1.4)), amplitude and its square;
/// its context stays that of the song.
struct FadeSpec {
  float probability = 0;
  /// Of the training set's flux (log1p) and rms: what standardised numbers are fractions of.
  float flux_mean = 0, flux_std = 1, rms_mean = 0, rms_std = 1;
};

}  // namespace fractalsync
