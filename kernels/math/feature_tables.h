// Constants of the feature kernels, computed once in double. Plain arrays: the kernels of every instruction set, and a
// GPU that they are copied to, read them.
#pragma once

#include "math/fft.h"
#include "stages/features.h"

namespace fractalsync {

inline constexpr int kRadix = 32;                  ///< the transform of a frame is kRadix by kRadix complex numbers
inline constexpr int kHalfFft = kFftSize / 2;      ///< complex numbers in a frame
inline constexpr int kMelSegments = kMelBands + 1;  ///< intervals between neighbouring mel edges
static_assert(kRadix * kRadix == kHalfFft);

using CosSin = math::Complex<float>;

struct FeatureTables {
  float window[kFftSize];          ///< half the Hann window (math::split_real_power)
  CosSin root[kRadix];             ///< 2 pi j / 32
  CosSin twiddle[kRadix][kRadix];  ///< 2 pi n k / 1024, [n][k]
  CosSin split[kHalfFft / 2 + 1];  ///< 2 pi k / 2048

  /// Bins [mel_edge[s], mel_edge[s + 1]) lie between mel edges s and s + 1 (the last segment has the Nyquist bin too):
  /// there band s rises with mel_rise and band s - 1 falls with mel_fall, 0 where there is no such band.
  int mel_edge[kMelSegments + 1];
  float mel_rise[kBins];
  float mel_fall[kBins];
};

const FeatureTables& feature_tables();

}  // namespace fractalsync
