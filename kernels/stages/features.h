// Stage 1: audio features. PCM in, six raw features per frame out.
//
// Frame t is centred on sample 512 t of the file: it covers [512 t - 1024, 512 t + 1024), with zeros outside the
// file, under a periodic Hann window. X_t[k] is the one-sided DFT, f_k = 22050 k / 2048 Hz.
#pragma once

#include <cstdint>

#include "core/view.h"

namespace fractalsync {

inline constexpr int kSampleRate = 22050;  ///< Hz; everything is resampled to this.
inline constexpr int kFftSize = 2048;      ///< samples per frame
inline constexpr int kHop = 512;           ///< samples between frames
inline constexpr int kBins = kFftSize / 2 + 1;
inline constexpr int kMelBands = 128;
inline constexpr float kRolloffShare = 0.85f;
inline constexpr float kZeroCrossingThreshold = 1e-10f;  ///< |x| within it counts as 0 (positive)
inline constexpr float kNyquistHz = kSampleRate / 2.0f;

/// Columns of a feature row, in this order everywhere.
enum Feature : int { kCentroid, kFlux, kRms, kZcr, kOnset, kRolloff, kBaseFeatures };

inline constexpr const char* kFeatureNames[kBaseFeatures] = {
    "spectral_centroid", "spectral_flux", "rms_energy", "zero_crossing_rate", "onset_strength",
    "spectral_rolloff"};

struct FeatureSpec {
  /// Floor of the mel power before the logarithm. 1e-6: float32 rounding then moves the onset by 5e-5 dB at most.
  float mel_floor = 1e-6f;
};

/// A run of consecutive whole frames of one file: 2048 + 512 (frames - 1) samples. Samples outside the file are
/// zeros, and `padding_front` / `padding_back` say how many there are (a zero crossing is never counted there).
struct PcmBlock {
  View<const float> samples;
  std::int64_t padding_front = 0;
  std::int64_t padding_back = 0;
  /// The first frame belongs to the row before the first output row (it is there for flux and onset only).
  /// False at the start of a file, where flux and onset of the first row are 0.
  bool has_previous = false;

  std::int64_t frames() const {
    return samples.size() < kFftSize ? 0 : (samples.size() - kFftSize) / kHop + 1;
  }
  std::int64_t rows() const { return frames() - (has_previous ? 1 : 0); }
};

/// `raw` is [rows, 6]: centroid Hz, flux, rms, zero-crossing share, onset dB, rolloff Hz. `mel_db` is
/// [rows, 128] or empty (then it is not kept): 10 log10 of the floored Slaney mel power.
struct FeatureRows {
  Matrix<float> raw;
  Matrix<float> mel_db;
};

}  // namespace fractalsync
