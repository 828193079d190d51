// Third step of the feature kernels: everything that is read off the power spectra of sixteen frames, in one sweep over
// the bins. The sweep goes segment by segment between the edges of the mel bands; the magnitudes summed so far, kept at
// the end of each segment, then tell where to look for the rolloff.
#pragma once

#include "cpu/features_fft.h"
#include "cpu/lanes_math.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {

/// What the first of sixteen frames is compared with: the frame before it.
struct PreviousFrame {
  float magnitude[kBins];
  float mel_db[kMelBands];
};

struct SpectralWorkspace {
  float power[kPowerSize];  ///< of sixteen frames; their magnitudes after the sweep
  float magnitude_sum[kMelSegments * kLanes];  ///< of bins up to the segment's end
  float mel_db[kMelBands * kLanes];
};

struct SpectralFeatures {
  Lanes<float> centroid, flux, onset, rolloff;
};

/// Lowest bin at which the cumulative magnitude reaches the share of the total, per lane. Sums run in the order of the
/// sweep, so they agree with its totals to the last bit.
inline Lanes<float> rolloff_bins(const FeatureTables& tables, const SpectralWorkspace& w, Lanes<float> threshold) {
  Lanes<float> below = zeros<float>();  // segments that end below the threshold
  for (int s = 0; s < kMelSegments; ++s)
    below = below + keep(load(w.magnitude_sum + s * kLanes) < threshold, fill(1.0f));
  alignas(64) float wanted[kLanes], segment[kLanes], bin[kLanes];
  store(wanted, threshold);
  store(segment, below);
  for (int lane = 0; lane < kLanes; ++lane) {
    const int s = static_cast<int>(segment[lane]);
    float sum = s > 0 ? w.magnitude_sum[(s - 1) * kLanes + lane] : 0.0f;
    int k = s < kMelSegments ? tables.mel_edge[s] : kBins - 1;
    for (; k < kBins - 1; ++k) {
      sum += w.power[power_row(k) + lane];
      if (sum >= wanted[lane]) break;
    }
    bin[lane] = static_cast<float>(k);
  }
  return load(bin);
}

/// The four spectral features of sixteen frames whose power spectra are in `w`, and their mel_db. `previous` is the
/// frame before the first of them, and becomes the last of them.
inline SpectralFeatures spectral_features(const FeatureTables& tables, float mel_floor, SpectralWorkspace& w,
                                          PreviousFrame& previous) {
  const Lanes<float> zero = zeros<float>(), floor = fill(mel_floor);
  Lanes<float> magnitude_sum = zero, moment = zero, flux = zero, onset = zero, bin = zero, rising_before = zero;
  for (int s = 0; s < kMelSegments; ++s) {
    Lanes<float> rising = zero, falling = zero;
    for (int k = tables.mel_edge[s]; k < tables.mel_edge[s + 1]; ++k) {
      float* row = w.power + power_row(k);
      const Lanes<float> power = load(row), magnitude = sqrt(power);
      store(row, magnitude);
      rising = mul_add(power, fill(tables.mel_rise[k]), rising);
      falling = mul_add(power, fill(tables.mel_fall[k]), falling);
      magnitude_sum = magnitude_sum + magnitude;
      moment = mul_add(magnitude, bin, moment);
      bin = bin + fill(1.0f);
      flux = math::add_flux(flux, magnitude, shift_in(magnitude, previous.magnitude[k]));
    }
    store(w.magnitude_sum + s * kLanes, magnitude_sum);
    if (s > 0) {
      const Lanes<float> db = math::power_to_db(rising_before + falling, floor);
      store(w.mel_db + (s - 1) * kLanes, db);
      onset = math::add_onset(onset, db, shift_in(db, previous.mel_db[s - 1]));
    }
    rising_before = rising;
  }
  const Lanes<float> hz = fill(static_cast<float>(math::kBinHz));
  const Lanes<float> threshold = magnitude_sum * fill(kRolloffShare);
  return {select(magnitude_sum == zero, zero, moment / magnitude_sum * hz), flux,
          onset * fill(1.0f / kMelBands), rolloff_bins(tables, w, threshold) * hz};
}

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
