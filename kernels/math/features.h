// Formulas of the audio features (stages/features.h): the window, the Slaney mel bands, and what one bin, band or
// sample adds to its frame. Definitions follow librosa 0.10.
#pragma once

#include <cmath>
#include <numbers>

#include "core/annotate.h"
#include "math/number.h"
#include "stages/features.h"

namespace fractalsync::math {

inline constexpr double kBinHz = static_cast<double>(kSampleRate) / kFftSize;
inline constexpr float kDecibelPerOctave = 3.01029995664f;  ///< 10 log10(2), for powers

/// Periodic Hann window, n in [0, kFftSize).
inline double hann(int n) { return 0.5 - 0.5 * std::cos(2 * std::numbers::pi * n / kFftSize); }

/// Slaney's mel scale (Auditory Toolbox, 1998): linear below 1000 Hz, 27 steps per factor of 6.4 above.
inline double hz_to_mel(double hz) {
  return hz < 1000 ? hz * 3 / 200 : 15 + std::log(hz / 1000) * 27 / std::log(6.4);
}
inline double mel_to_hz(double mel) {
  return mel < 15 ? mel * 200 / 3 : 1000 * std::exp((mel - 15) * std::log(6.4) / 27);
}
/// Edge g of the mel bands, g in [0, kMelBands + 1]: band b rises from edge b to edge b + 1 and falls to edge b + 2.
inline double mel_edge_hz(int g) { return mel_to_hz(hz_to_mel(kNyquistHz) * g / (kMelBands + 1)); }

/// Weight of a frequency on the rising side of a band, and on the falling side: triangles of area 1 Hz.
inline double mel_rise(double hz, double lower, double centre, double upper) {
  return (hz - lower) / (centre - lower) * 2 / (upper - lower);
}
inline double mel_fall(double hz, double lower, double centre, double upper) {
  return (upper - hz) / (upper - centre) * 2 / (upper - lower);
}

/// Weight of a frequency in the band with these edges.
inline double mel_weight(double hz, double lower, double centre, double upper) {
  if (hz < lower || hz >= upper) return 0;
  return hz < centre ? mel_rise(hz, lower, centre, upper) : mel_fall(hz, lower, centre, upper);
}

/// Decibels of a power, not below the floor's.
template <class Real>
FS_FORMULA Real power_to_db(Real power, Real floor) {
  return log2(max(power, floor)) * constant<Real>(kDecibelPerOctave);
}

/// What a bin adds to the flux, and a band to the onset (before the mean), going from one frame to the next.
template <class Real>
FS_FORMULA Real add_flux(Real flux, Real magnitude, Real previous) {
  const Real difference = magnitude - previous;
  return mul_add(difference, difference, flux);
}
template <class Real>
FS_FORMULA Real add_onset(Real onset, Real db, Real previous) {
  return onset + max(db - previous, constant<Real>(0.0));
}

/// Zero crossings are changes of this: values within the threshold are 0, and 0 is positive. (A LaneMask for Lanes.)
template <class Real>
FS_FORMULA auto is_negative(Real sample) {
  return sample < constant<Real>(-kZeroCrossingThreshold);
}

}  // namespace fractalsync::math
