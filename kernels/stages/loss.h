// Stage 6: the loss. Correlations between what is heard and what is seen, per sequence, and the penalties that keep
// the pictures worth watching; with their gradients.
//
//   L = - mean_q [ w_h r(centroid, hue) + w_f r(flux, T) + w_r r(rms, T) + w_z r(zcr, edge) ]
//       + smoothness mean|delta| + dull + 5 mean relu(.97 - chi) + .3 relu(.02 - std_t edge)/.02 + .02 mean o^2
//
// r is Pearson's correlation over a sequence without its first frame (which has no temporal change). Silence asks for
// stillness, so loudness and change correlate *positively*.
//
// The atlas formulation has none of the penalties that keep c where there is something to see; the chart does. It asks
// for
//
//       - .1 r(rms, brightness) + amplitude + centre + pace,
//
//   amplitude = mean_q [ relu(k_e - std_t e)/.2 + relu(k_h - std_t hue)/.15 ],  k_e = min(.25, .2 std_t zcr),
//               k_h = min(.25, .2 std_t centroid): visibly, and in proportion to what is heard
//   centre    = .1 mean_q 4 (mean_t e - .5)^2
//   pace      = 6 mean_q (mean_t speed - sigmoid(-1 + mean_t rms + 1.5 mean_t flux))^2
//
// judges edges and change by what the hard metrics see of them (math::calibration), and lets shapes answer for edges,
// the rotation for change, and nothing else for either.
#pragma once

#include "core/view.h"
#include "stages/features.h"
#include "stages/metrics.h"
#include "stages/visual.h"

namespace fractalsync {

/// Columns of a row of targets: the mean over the row's window of the model feature of that number.
enum Target : int { kTargetCentroid = kCentroid, kTargetFlux = kFlux, kTargetRms = kRms, kTargetZcr = kZcr, kTargets };

/// Which derivatives of a picture's metrics are followed.
enum class GradientRoutes {
  all,
  separate  ///< those of the edges by c and zoom, those of the change by phi
};

struct LossSpec {
  float centroid_hue = 1, flux_change = 1, rms_change = 1, zcr_edges = 1;
  float smoothness = 0.1f;  ///< of mean |difference of consecutive frames|
  float dull = 1;           ///< of 4 relu(.25 - std) + 2 relu(.2 - mean) + 2 relu(mean - .8)
  float connectedness = 5;  ///< of mean relu(.97 - chi), whose gradient is clamped to +-20
  float edge_visibility = 0.3f;
  float saturation = 0.02f;  ///< of mean o^2: keeps tanh and sigmoid out of their flat ends
  float loudness_brightness = 0;
  float amplitude = 0, centre = 0, pace = 0;
  bool smooths[kHeads] = {true, true, true, true, true, true, true};  ///< the heads whose steps are penalised
  GradientRoutes routes = GradientRoutes::all;
  bool calibrated = false;  ///< edges and change; heads are those of stages/atlas.h
};

/// That of the atlas formulation.
inline LossSpec atlas_loss() {
  LossSpec spec;
  spec.centroid_hue = 2;
  spec.smoothness = 0.83f;
  spec.dull = spec.connectedness = spec.edge_visibility = 0;
  spec.saturation = 0.01f;
  spec.loudness_brightness = 0.1f;
  spec.amplitude = 1;
  spec.centre = 0.1f;
  spec.pace = 6;
  spec.smooths[1] = spec.smooths[kLogZoom] = spec.smooths[kSpeed] = false;
  spec.routes = GradientRoutes::separate;
  spec.calibrated = true;
  return spec;
}

/// Terms of one step, already weighted, in the order they are stored. The correlation terms are minus the
/// weighted correlation.
enum LossTerm : int {
  kTotalLoss,
  kTimbreColor,          ///< centroid - hue
  kTransientImpact,      ///< flux - change
  kSilenceStillness,     ///< rms - change
  kDistortionRoughness,  ///< zcr - edges
  kSmoothness,
  kDull,
  kConnectedness,
  kEdgeVisibility,
  kSaturationPenalty,
  kLoudnessBrightness,
  kAmplitude,
  kCentre,
  kPace,
  kLossTerms
};

inline constexpr const char* kLossTermNames[kLossTerms] = {"loss",
                                                           "timbre_color_loss",
                                                           "transient_impact_loss",
                                                           "silence_stillness_loss",
                                                           "distortion_roughness_loss",
                                                           "smoothness_loss",
                                                           "dull_loss",
                                                           "connectedness_loss",
                                                           "edge_visibility_loss",
                                                           "saturation_loss",
                                                           "loudness_brightness_loss",
                                                           "amplitude_loss",
                                                           "centre_loss",
                                                           "pace_loss"};

/// What the loss reads. All matrices have one row per frame, sequence-major; `length` frames per sequence.
struct LossInputs {
  int length = 0;
  Matrix<const float> targets;            ///< [frames, kTargets]
  Matrix<const float> logits;             ///< [frames, 7]
  Matrix<const float> heads;              ///< [frames, 7]
  Matrix<const float> drawn;              ///< [frames, 4]
  Matrix<const float> metrics;            ///< [frames, 6]
  Matrix<const float> jacobian;           ///< [frames, 24]
  Matrix<const float> previous_jacobian;  ///< [frames, 4]
  View<const float> chi;                  ///< [frames]
  Matrix<const float> chi_gradient;       ///< [frames, 2], by Re c and Im c
};

/// What it writes: gradients by drawn parameters (through the picture), by heads and by logits (direct parts only;
/// visual_backward joins them), and the terms.
struct LossOutputs {
  View<float> terms;          ///< [kLossTerms]
  Matrix<float> grad_drawn;   ///< [frames, 4]
  Matrix<float> grad_heads;   ///< [frames, 7]
  Matrix<float> grad_logits;  ///< [frames, 7]
};

}  // namespace fractalsync
