// The motion of the atlas formulation, frame by frame (stages/atlas.h has the formulas' meaning).
#pragma once

#include <cmath>

#include "core/annotate.h"
#include "math/atlas.h"
#include "math/visual.h"
#include "stages/atlas.h"

namespace fractalsync::math {

inline constexpr double kJourneyRound = 0.95;
inline constexpr double kJourneyWidth = 1.2532358975033751;  ///< asin(.95)
inline constexpr double kEdgesSlowTravel = 0.5, kUsualTravel = 0.8;
inline constexpr double kUsualSensitivity = 0.6;

/// The heads that are low-passed, in this order wherever they are listed.
inline constexpr int kAtlasLowPasses = 5;
FS_FORMULA int low_passed_head(int i) {
  constexpr int kLowPassed[kAtlasLowPasses] = {kEdges, kHue, kSaturation, kBrightness, kLogZoom};
  return kLowPassed[i];
}
FS_FORMULA float low_pass_of(const AtlasSpec& spec, int head) {
  return head == kEdges || head == kLogZoom ? spec.low_pass_shape : spec.low_pass_color;
}

/// One row of heads before the low-passes; kJourney is left alone.
template <class T>
FS_FORMULA void atlas_heads(const AtlasSpec& spec, const float* logit, T* head) {
  head[kEdges] = sigmoid(T(logit[kEdges]));
  head[kHue] = sigmoid(T(logit[kHue]));
  head[kSaturation] = sigmoid(T(logit[kSaturation]));
  head[kBrightness] = sigmoid(T(logit[kBrightness]));
  head[kLogZoom] = T(spec.log_zoom_swing) * std::tanh(T(logit[kLogZoom]));
  head[kSpeed] = sigmoid(T(logit[kSpeed]));
}

/// The derivative of head `k`, before its low-pass, by its own logit; 0 for kJourney.
template <class T>
FS_FORMULA T atlas_head_slope(const AtlasSpec& spec, int k, float logit) {
  if (k == kJourney) return T(0);
  if (k == kLogZoom) {
    const T tanh = std::tanh(T(logit));
    return T(spec.log_zoom_swing) * (T(1) - tanh * tanh);
  }
  const T s = sigmoid(T(logit));
  return s * (T(1) - s);
}

/// theta's step at low-passed e.
template <class T>
FS_FORMULA T travel_step(const AtlasSpec& spec, T speed, T e) {
  return T(spec.travel) * speed * (T(1) - T(kEdgesSlowTravel) * e) / T(kUsualTravel);
}
template <class T>
FS_FORMULA T journey_place(T theta) {
  return T(0.5) + std::asin(T(kJourneyRound) * std::sin(theta)) / T(2 * kJourneyWidth);
}
/// d phi / d speed of one frame.
template <class T>
FS_FORMULA T turn_of_speed(const AtlasSpec& spec, const AtlasPlace<T>& place) {
  return T(spec.omega) * T(kUsualSensitivity) / place.sensitivity;
}

/// An angle within [0, 2 pi), `x` being less than a turn beyond.
template <class T>
FS_FORMULA T wrapped_once(T x) {
  return x >= T(kTwoPi) ? x - T(kTwoPi) : x;
}

/// A row of drawn parameters from its heads.
template <class T>
FS_FORMULA void draw_place(const AtlasPlace<T>& place, const T* head, float phi, float* drawn) {
  drawn[kDrawnReal] = static_cast<float>(place.re);
  drawn[kDrawnImag] = static_cast<float>(place.im);
  drawn[kDrawnLogZoom] = static_cast<float>(place.log_zoom + head[kLogZoom]);
  drawn[kDrawnPhi] = wrapped_once(phi);
}

/// What one frame leaves to the next.
template <class T>
struct AtlasMotion {
  T theta = T(0), phi = T(0);
  T smooth[kAtlasLowPasses] = {};
  bool started = false;

  /// One frame further: a row of heads and one of drawn parameters.
  FS_FORMULA void step(const AtlasSpec& spec, const AtlasTables& tables, const float* logits, float* heads,
                       float* drawn) {
    T head[kHeads];
    atlas_heads(spec, logits, head);
    for (int i = 0; i < kAtlasLowPasses; ++i) {
      const int k = low_passed_head(i);
      smooth[i] = head[k] = started ? low_pass(T(low_pass_of(spec, k)), smooth[i], head[k]) : head[k];
    }
    started = true;
    theta = wrapped_once(theta + travel_step(spec, head[kSpeed], head[kEdges]));
    head[kJourney] = journey_place(theta);
    const AtlasPlace<T> place = atlas_place(tables, head[kJourney], head[kEdges]);
    phi = wrapped_once(phi + head[kSpeed] * turn_of_speed(spec, place));
    for (int k = 0; k < kHeads; ++k) heads[k] = static_cast<float>(head[k]);
    draw_place(place, head, static_cast<float>(phi), drawn);
  }
};

}  // namespace fractalsync::math
