// Stage 3 of the atlas formulation: from logits to what is drawn. Instead of c the network steers a place on the
// boundary atlas (math/atlas.h): e, how frayed the picture is, directly, and how fast everything goes. The journey
// along the boundary and the rotation of the view are sums over the past.
//
//   ehat, huehat, satuhat, brihat = sigmoid(o0, o2, o3, o4);  lhat = .02 tanh(o5);  speed = sigmoid(o6)
//   (o1 is reserved)
//   y_t = (1 - alpha) y_{t-1} + alpha yhat_t   for e, hue, saturation, brightness and l, starting at the first value
//   theta_t = theta_{t-1} + travel speed_t (1 - e_t / 2) / .8;   s_t = 1/2 + asin(.95 sin theta_t) / (2 asin(.95))
//   c_t, zeta_t, A_t = atlas(s_t, e_t);   ln zoom_t = ln zeta_t + l_t;   phi_t = phi_{t-1} + .6 omega speed_t / A_t
//
// The sound carries the journey: loud moves on, silence stands still. s goes to and fro evenly; the rotation changes
// a smooth picture as much as a frayed one. Backward theta, s, zeta and A count as constants.
#pragma once

#include "core/view.h"
#include "stages/visual.h"

namespace fractalsync {

/// Rows of heads have the columns of visual.h, after the low-passes, but for the first two: e and s instead of c, and
/// for kLogZoom, which is l.
enum AtlasHead : int { kEdges = kJuliaReal, kJourney = kJuliaImag };

/// Of the tables in math/atlas.h; changes with them: a network plays on the atlas that it was trained with.
inline constexpr int kAtlasVersion = 5;

struct AtlasSpec {
  float log_zoom_swing = 0.02f;
  float low_pass_shape = 0.18f;  ///< alpha of e and l
  float low_pass_color = 0.20f;  ///< alpha of hue, saturation and brightness
  float travel = 0.0025f;        ///< radians of theta per frame at full speed: a lap in 190 s at a speed of .3
  float omega = 0.086f;          ///< radians of phi per frame at full speed
  int atlas = kAtlasVersion;     ///< which atlas the network knows

  bool operator==(const AtlasSpec&) const = default;
};

/// Columns of a row of phases: where a sequence begins.
enum AtlasPhase : int { kPhaseRotation, kPhaseJourney, kAtlasPhases };

}  // namespace fractalsync
