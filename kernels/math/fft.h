// Pieces of the Fourier transform of one frame: the 2048 real samples are read as 1024 complex numbers, which a
// transform of 32 by 32 turns into a spectrum that is then split into that of the real signal. Where loops over frames
// and the twiddles between the two passes of 32 come in, see cpu/features_fft.h.
//
// All transforms are forward ones, X[k] = sum_n x[n] e^(-2 pi i n k / N).
#pragma once

#include <cmath>
#include <numbers>

#include "core/annotate.h"
#include "math/number.h"

namespace fractalsync::math {

template <class Real>
struct Complex {
  Real re, im;
};

/// cos and sin of `numerator` / `denominator` of a turn: the constants of every transform (host only).
inline Complex<float> cos_sin(int numerator, int denominator) {
  const double angle = 2 * std::numbers::pi * numerator / denominator;
  return {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))};
}

template <class Real>
FS_FORMULA Complex<Real> operator+(Complex<Real> a, Complex<Real> b) {
  return {a.re + b.re, a.im + b.im};
}
template <class Real>
FS_FORMULA Complex<Real> operator-(Complex<Real> a, Complex<Real> b) {
  return {a.re - b.re, a.im - b.im};
}
/// a + i b
template <class Real>
FS_FORMULA Complex<Real> plus_i(Complex<Real> a, Complex<Real> b) {
  return {a.re - b.im, a.im + b.re};
}
/// a - i b
template <class Real>
FS_FORMULA Complex<Real> minus_i(Complex<Real> a, Complex<Real> b) {
  return {a.re + b.im, a.im - b.re};
}
/// a (cos - i sin): a turned clockwise.
template <class Real, class Scalar>
FS_FORMULA Complex<Real> turn_clockwise(Complex<Real> a, Complex<Scalar> cos_sin) {
  const Real c = constant<Real>(cos_sin.re), s = constant<Real>(cos_sin.im);
  return {mul_add(a.im, s, a.re * c), neg_mul_add(a.re, s, a.im * c)};
}

/// Transform of four numbers, in place, natural order.
template <class Real>
FS_FORMULA void fft_4(Complex<Real>& a, Complex<Real>& b, Complex<Real>& c, Complex<Real>& d) {
  const Complex<Real> sum_ac = a + c, diff_ac = a - c, sum_bd = b + d, diff_bd = b - d;
  a = sum_ac + sum_bd;
  b = minus_i(diff_ac, diff_bd);
  c = sum_ac - sum_bd;
  d = plus_i(diff_ac, diff_bd);
}

/// Transform of x[0..7], in place, natural order: two of four (even and odd places) and eighth turns.
template <class Real>
FS_FORMULA void fft_8(Complex<Real>* x) {
  Complex<Real> even[4] = {x[0], x[2], x[4], x[6]}, odd[4] = {x[1], x[3], x[5], x[7]};
  fft_4(even[0], even[1], even[2], even[3]);
  fft_4(odd[0], odd[1], odd[2], odd[3]);
  // Turned by an eighth, a quarter (by the sums' own -i), and an eighth and a quarter.
  const Real h = constant<Real>(0.70710678118654752440);
  odd[1] = {(odd[1].re + odd[1].im) * h, (odd[1].im - odd[1].re) * h};
  odd[3] = {(odd[3].re + odd[3].im) * h, (odd[3].im - odd[3].re) * h};
  x[0] = even[0] + odd[0];
  x[1] = even[1] + odd[1];
  x[2] = minus_i(even[2], odd[2]);
  x[3] = minus_i(even[3], odd[3]);
  x[4] = even[0] - odd[0];
  x[5] = even[1] - odd[1];
  x[6] = plus_i(even[2], odd[2]);
  x[7] = plus_i(even[3], odd[3]);
}

/// Place of the k-th number of the spectrum that fft_32 leaves.
FS_FORMULA constexpr int fft_32_place(int k) { return k % 4 * 8 + k / 4; }

/// Transform of x[0..31], in place; number k of the spectrum ends at x[fft_32_place(k)]. `root` is cos and sin of
/// 2 pi j / 32 for j in [0, 32).
template <class Real, class Scalar>
FS_FORMULA void fft_32(Complex<Real>* x, const Complex<Scalar>* root) {
  FS_UNROLL(8)
  for (int j = 0; j < 8; ++j) {
    fft_4(x[j], x[j + 8], x[j + 16], x[j + 24]);
    if (j == 0) continue;
    x[j + 8] = turn_clockwise(x[j + 8], root[j]);
    x[j + 16] = turn_clockwise(x[j + 16], root[2 * j]);
    x[j + 24] = turn_clockwise(x[j + 24], root[3 * j]);
  }
  FS_UNROLL(4)
  for (int k = 0; k < 4; ++k) fft_8(x + 8 * k);
}

/// Bins k and N/2 - k of the power spectrum of a real signal of N samples, from numbers k (`a`) and N/2 - k (`b`) of
/// the transform Z of its N/2 pairs x[2n] + i x[2n + 1]. `root` is cos and sin of 2 pi k / N.
///   2 X[k] = (Z[k] + Z*[N/2 - k]) - i e^(-2 pi i k / N) (Z[k] - Z*[N/2 - k])
/// The powers are |2 X|^2: callers halve their window instead.
template <class Real, class Scalar>
FS_FORMULA void split_real_power(Complex<Real> a, Complex<Real> b, Complex<Scalar> root, Real& power,
                                 Real& mirrored) {
  const Complex<Real> sum = {a.re + b.re, a.im - b.im};
  const Complex<Real> turned = turn_clockwise(Complex<Real>{a.re - b.re, a.im + b.im}, root);
  const Complex<Real> x = minus_i(sum, turned), y = plus_i(sum, turned);
  power = mul_add(x.re, x.re, x.im * x.im);
  mirrored = mul_add(y.re, y.re, y.im * y.im);
}

}  // namespace fractalsync::math
