// Heads and motion, element by element (stages/visual.h has the formulas' meaning).
#pragma once

#include <cmath>

#include "core/annotate.h"
#include "stages/visual.h"

namespace fractalsync::math {

inline constexpr double kTwoPi = 6.283185307179586;

template <class T>
FS_FORMULA T sigmoid(T x) {
  return T(1) / (T(1) + std::exp(-x));
}

/// One row of heads from one row of logits.
template <class T>
FS_FORMULA void heads(T log_zoom_limit, const T* logit, T* head) {
  head[kJuliaReal] = T(2) * std::tanh(logit[kJuliaReal]);
  head[kJuliaImag] = T(2) * std::tanh(logit[kJuliaImag]);
  head[kHue] = sigmoid(logit[kHue]);
  head[kSaturation] = sigmoid(logit[kSaturation]);
  head[kBrightness] = sigmoid(logit[kBrightness]);
  head[kLogZoom] = log_zoom_limit * std::tanh(logit[kLogZoom] / log_zoom_limit);
  head[kSpeed] = sigmoid(logit[kSpeed]);
}

/// d head_k / d logit_k, from the head's value alone.
template <class T>
FS_FORMULA T head_slope(T log_zoom_limit, int k, T head) {
  if (k == kJuliaReal || k == kJuliaImag) return T(2) - head * head / T(2);
  if (k == kLogZoom) return T(1) - (head / log_zoom_limit) * (head / log_zoom_limit);
  return head * (T(1) - head);
}

/// One step of the exponential low-pass.
template <class T>
FS_FORMULA T low_pass(T alpha, T previous, T value) {
  return (T(1) - alpha) * previous + alpha * value;
}

/// One step of the rotation, kept in [0, 2 pi) (a picture does not change by a whole turn, and a long song
/// would otherwise use up the float's digits).
template <class T>
FS_FORMULA T rotate(T omega, T phi, T speed) {
  const T next = phi + omega * speed;
  return next >= T(kTwoPi) ? next - T(kTwoPi) : next;
}

}  // namespace fractalsync::math
