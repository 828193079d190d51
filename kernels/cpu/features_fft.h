// Second step of the feature kernels: power spectra of sixteen frames at once, one per lane. The 1024 complex numbers
// of a frame (math/fft.h) are a matrix n = 32 n1 + n2, k = k1 + 32 k2: transforms of 32 over n1 for each n2, a twiddle,
// transforms of 32 over n2 for each k1. Nothing is ever shuffled between lanes.
#pragma once

#include "cpu/features_hops.h"
#include "math/fft.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {

using Spectrum = math::Complex<Lanes<float>>;

inline constexpr int kStageStride = kRadix + 1;  ///< avoids strides that are powers of two
/// The second pass writes bins 32 apart: an empty row every 32 keeps them in different cache sets.
constexpr int power_row(int bin) { return (bin + bin / kRadix) * kLanes; }
inline constexpr int kPowerSize = power_row(kBins);

struct FftWorkspace {
  float stage[kRadix * kStageStride * 2 * kLanes];  ///< [k1][n2] after the first pass
};

FS_LANES Spectrum load_stage(const FftWorkspace& w, int k1, int n2) {
  const float* from = w.stage + (k1 * kStageStride + n2) * 2 * kLanes;
  return {load(from), load(from + kLanes)};
}
FS_LANES void store_stage(FftWorkspace& w, int k1, int n2, Spectrum value) {
  float* to = w.stage + (k1 * kStageStride + n2) * 2 * kLanes;
  store(to, value.re);
  store(to + kLanes, value.im);
}

/// Out of line: everything around it is loads and stores, and compilers are slow on its thousands of instructions.
[[gnu::noinline]] inline void transform_32(const FeatureTables& tables, Spectrum* x) {
  math::fft_32(x, tables.root);
}

/// Windowed sample n of sixteen frames.
FS_LANES Lanes<float> windowed(const FeatureTables& tables, const Hops& hops, int n) {
  return load(hops.sample[n % kHop] + n / kHop) * fill(tables.window[n]);
}

inline void transform_columns(const FeatureTables& tables, const Hops& hops, FftWorkspace& w) {
  for (int n2 = 0; n2 < kRadix; ++n2) {
    Spectrum x[kRadix];
    _Pragma("GCC unroll 32") for (int n1 = 0; n1 < kRadix; ++n1) {
      const int n = 2 * (kRadix * n1 + n2);
      x[n1] = {windowed(tables, hops, n), windowed(tables, hops, n + 1)};
    }
    transform_32(tables, x);
    store_stage(w, 0, n2, x[0]);
    _Pragma("GCC unroll 32") for (int k1 = 1; k1 < kRadix; ++k1)
        store_stage(w, k1, n2, math::turn_clockwise(x[math::fft_32_place(k1)], tables.twiddle[n2][k1]));
  }
}

/// Numbers k1 + 32 k2 of the spectrum, number k2 at x[fft_32_place(k2)].
FS_LANES void transform_row(const FeatureTables& tables, const FftWorkspace& w, int k1, Spectrum* x) {
  _Pragma("GCC unroll 32") for (int n2 = 0; n2 < kRadix; ++n2) x[n2] = load_stage(w, k1, n2);
  transform_32(tables, x);
}

/// Bins k and 1024 - k from the numbers of the same names.
FS_LANES void store_powers(const FeatureTables& tables, int k, Spectrum a, Spectrum b, float* power) {
  Lanes<float> p, mirrored;
  math::split_real_power(a, b, tables.split[k], p, mirrored);
  store(power + power_row(k), p);
  store(power + power_row(kHalfFft - k), mirrored);
}

/// power[power_row(k) + l] = |X[k]|^2 of the frame whose hops are columns l to l + 3, k in [0, 1024].
inline void power_spectra(const FeatureTables& tables, const Hops& hops, FftWorkspace& w, float* power) {
  using math::fft_32_place;
  transform_columns(tables, hops, w);
  // Number k meets number 1024 - k. Rows 0 and 16 hold both; row k1 meets row 32 - k1.
  constexpr int half = kRadix / 2;
  Spectrum x[kRadix], y[kRadix];
  transform_row(tables, w, 0, x);
  for (int k2 = 0; k2 <= half; ++k2)
    store_powers(tables, kRadix * k2, x[fft_32_place(k2)], x[fft_32_place((kRadix - k2) % kRadix)], power);
  transform_row(tables, w, half, x);
  for (int k2 = 0; k2 < half; ++k2)
    store_powers(tables, half + kRadix * k2, x[fft_32_place(k2)], x[fft_32_place(kRadix - 1 - k2)], power);
  for (int k1 = 1; k1 < half; ++k1) {
    transform_row(tables, w, k1, x);
    transform_row(tables, w, kRadix - k1, y);
    for (int k2 = 0; k2 < half; ++k2) {
      const int low = fft_32_place(k2), high = fft_32_place(kRadix - 1 - k2);
      store_powers(tables, k1 + kRadix * k2, x[low], y[high], power);
      store_powers(tables, kRadix - k1 + kRadix * k2, y[low], x[high], power);
    }
  }
}

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
