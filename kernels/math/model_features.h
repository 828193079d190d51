// Formulas between raw features and what the network sees (stages/window.h): scales, loudness, standardisation,
// targets.
#pragma once

#include <cmath>
#include <cstdint>

#include "core/annotate.h"
#include "stages/window.h"

namespace fractalsync::math {

/// Model feature f of a raw one: centroid and rolloff as shares of the Nyquist frequency, flux as ln(1 + x), the others
/// as they are.
FS_FORMULA float model_feature(int f, float raw) {
  if (f == kCentroid || f == kRolloff) return raw / kNyquistHz;
  return f == kFlux ? std::log1p(raw) : raw;
}

/// What model feature f would be had the sound been `gain` times as loud: rms is proportional to the amplitude and flux
/// to its square; the others do not depend on it (onset strength but for its floor).
FS_FORMULA float louder(int f, float x, float gain) {
  if (f == kRms) return x * gain;
  return f == kFlux ? std::log1p(gain * gain * std::expm1(x)) : x;
}

/// What raw feature f would be had every frequency been `pitch` times as high: what is in Hz goes up with it, as far as
/// the Nyquist frequency, and so do zero crossings, of which there is one a sample at most. The others stay, nearly.
FS_FORMULA float higher(int f, float raw, float pitch) {
  if (f == kCentroid || f == kRolloff) return raw * pitch < kNyquistHz ? raw * pitch : kNyquistHz;
  if (f == kZcr) return raw * pitch < 1.0f ? raw * pitch : 1.0f;
  return raw;
}

/// What a centred feature is multiplied by.
template <class T>
FS_FORMULA T standardizing_scale(T std) {
  return std < T(kSmallestStd) ? T(1) : T(1) / std;
}

/// Feature `x` as the network sees it; `scale` is standardizing_scale(std).
template <class T>
FS_FORMULA T standardize(T x, T mean, T scale) {
  const T z = (x - mean) * scale;
  return z > T(kStandardizedLimit) ? T(kStandardizedLimit) : z < T(-kStandardizedLimit) ? T(-kStandardizedLimit) : z;
}

/// Standardised mean of a feature over the `window` frames of a window, values `stride` apart; not clipped.
FS_FORMULA float window_target(const float* values, int window, std::int64_t stride, float mean, float scale) {
  double sum = 0;
  for (int i = 0; i < window; ++i) sum += values[i * stride];
  return static_cast<float>((sum / window - mean) * scale);
}

}  // namespace fractalsync::math
