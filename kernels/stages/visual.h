// Stage 3: from logits to what is drawn. Heads bound the seven outputs; the motion channel gives them inertia:
// c and ln zoom are low-passed, and speed drives the running rotation of the view.
//
//   c = 2 tanh(o0) + 2i tanh(o1);  hue, saturation, brightness, speed = sigmoid(o2, o3, o4, o6);  ln zoom = a tanh(o5 / a)
//   y_t = (1 - alpha) y_{t-1} + alpha yhat_t   for c and ln zoom, starting at the sequence's first value
//   phi_t = phi_{t-1} + omega speed_t
#pragma once

#include "core/view.h"

namespace fractalsync {

/// Columns of a row of heads.
enum Head : int { kJuliaReal, kJuliaImag, kHue, kSaturation, kBrightness, kLogZoom, kSpeed, kHeads };

inline constexpr const char* kVisualNames[kHeads] = {"julia_real",   "julia_imag", "color_hue", "color_sat",
                                                     "color_bright", "zoom",       "speed"};

/// Columns of a row of drawn parameters: what the Julia stage takes.
enum Drawn : int { kDrawnReal, kDrawnImag, kDrawnLogZoom, kDrawnPhi, kDrawnColumns };

struct VisualSpec {
  float log_zoom_limit = 0.7f;  ///< a: zoom stays within exp(+-a)
  float low_pass_c = 0.15f;     ///< alpha of c
  float low_pass_zoom = 0.30f;  ///< alpha of ln zoom
  float omega = 0.30f;          ///< radians per frame at full speed
};

}  // namespace fractalsync
