// Elementary functions of lanes. In float by polynomials (the same on every instruction set), in double lane by lane
// through the C library: double is there for reference values and finite differences, not for speed.
#pragma once

#include <cmath>

#include "cpu/lanes.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {

inline constexpr float kLn2 = 0.69314718056f;
inline constexpr float kLog2E = 1.44269504089f;

namespace detail {

using IntTag = hn::RebindToSigned<Lanes<float>::Tag>;

/// Splits x = 2^exponent * m, m in [sqrt(1/2), sqrt(2)), and returns ln m. Polynomial of Cephes' logf (Moshier,
/// "Methods and programs for mathematical functions", 1989): relative error about 1e-7.
FS_LANES Lanes<float> log_mantissa(Lanes<float> x, Lanes<float>& exponent) {
  Lanes<float> m;
  _Pragma("GCC unroll 16") for (int p = 0; p < Lanes<float>::kParts; ++p) {
    const auto bits = hn::BitCast(IntTag{}, x.part[p]);
    const auto e = hn::ShiftRight<23>(hn::Sub(bits, hn::Set(IntTag{}, 0x3f3504f3)));
    m.part[p] = hn::BitCast(Lanes<float>::Tag{}, hn::Sub(bits, hn::ShiftLeft<23>(e)));
    exponent.part[p] = hn::ConvertTo(Lanes<float>::Tag{}, e);
  }
  const Lanes<float> f = m - fill(1.0f);
  const Lanes<float> z = f * f;
  Lanes<float> poly = mul_add(fill(7.0376836292e-2f), f, fill(-1.1514610310e-1f));
  poly = mul_add(poly, f, fill(1.1676998740e-1f));
  poly = mul_add(poly, f, fill(-1.2420140846e-1f));
  poly = mul_add(poly, f, fill(1.4249322787e-1f));
  poly = mul_add(poly, f, fill(-1.6668057665e-1f));
  poly = mul_add(poly, f, fill(2.0000714765e-1f));
  poly = mul_add(poly, f, fill(-2.4999993993e-1f));
  poly = mul_add(poly, f, fill(3.3333331174e-1f));
  return f + mul_add(z * f, poly, fill(-0.5f) * z);
}

template <double (*function)(double)>
FS_LANES Lanes<double> by_lane(Lanes<double> x) {
  alignas(64) double lane[kLanes];
  store(lane, x);
  for (double& v : lane) v = function(v);
  return load(lane);
}

}  // namespace detail

/// Natural logarithm of a positive normal number.
FS_LANES Lanes<float> log(Lanes<float> x) {
  Lanes<float> exponent;
  const Lanes<float> l = detail::log_mantissa(x, exponent);
  return mul_add(exponent, fill(kLn2), l);
}
/// Base-2 logarithm of a positive normal number.
FS_LANES Lanes<float> log2(Lanes<float> x) {
  Lanes<float> exponent;
  const Lanes<float> l = detail::log_mantissa(x, exponent);
  return mul_add(l, fill(kLog2E), exponent);
}
/// e^x for x <= 88; below -87 it stays at e^-87. Polynomial of Cephes' expf: relative error about 1e-7.
FS_LANES Lanes<float> exp(Lanes<float> x) {
  x = max(x, fill(-87.0f));
  Lanes<float> k;
  _Pragma("GCC unroll 16") for (int p = 0; p < Lanes<float>::kParts; ++p)
      k.part[p] = hn::Round(hn::Mul(x.part[p], hn::Set(Lanes<float>::Tag{}, kLog2E)));
  const Lanes<float> r =
      mul_add(k, fill(2.12194440e-4f), neg_mul_add(k, fill(0.693359375f), x));
  Lanes<float> poly = mul_add(fill(1.9875691500e-4f), r, fill(1.3981999507e-3f));
  poly = mul_add(poly, r, fill(8.3334519073e-3f));
  poly = mul_add(poly, r, fill(4.1665795894e-2f));
  poly = mul_add(poly, r, fill(1.6666665459e-1f));
  poly = mul_add(poly, r, fill(5.0000001201e-1f));
  poly = mul_add(poly, r * r, r) + fill(1.0f);
  Lanes<float> scale;
  _Pragma("GCC unroll 16") for (int p = 0; p < Lanes<float>::kParts; ++p) {
    const auto e = hn::ConvertTo(detail::IntTag{}, k.part[p]);
    scale.part[p] = hn::BitCast(Lanes<float>::Tag{},
                                hn::ShiftLeft<23>(hn::Add(e, hn::Set(detail::IntTag{}, 127))));
  }
  return poly * scale;
}

namespace detail {

/// sin(x + quarter_turns pi / 2) for |x| <= 1e4, by Cephes' sinf and cosf: the rest of x by pi / 2, in three parts, into
/// the polynomial of the sine or the cosine. Absolute error about 1e-7, and of the size of x 6e-8 pi / 2 beyond 100.
FS_LANES Lanes<float> sine(Lanes<float> x, int quarter_turns) {
  using L = Lanes<float>;
  L result;
  _Pragma("GCC unroll 16") for (int p = 0; p < L::kParts; ++p) {
    const typename L::Tag d;
    const auto set = [&](float value) { return hn::Set(d, value); };
    const auto k = hn::Round(hn::Mul(x.part[p], set(0.636619772f)));
    auto r = hn::NegMulAdd(k, set(1.5703125f), x.part[p]);
    r = hn::NegMulAdd(k, set(4.837512969970703e-4f), r);
    r = hn::NegMulAdd(k, set(7.54978995489188e-8f), r);
    const auto z = hn::Mul(r, r);
    auto s = hn::MulAdd(set(-1.9515295891e-4f), z, set(8.3321608736e-3f));
    s = hn::MulAdd(s, z, set(-1.6666654611e-1f));
    s = hn::MulAdd(hn::Mul(s, z), r, r);
    auto c = hn::MulAdd(set(2.443315711809948e-5f), z, set(-1.388731625493765e-3f));
    c = hn::MulAdd(c, z, set(4.166664568298827e-2f));
    c = hn::MulAdd(hn::Mul(c, z), z, hn::NegMulAdd(set(0.5f), z, set(1.0f)));
    const auto quadrant = hn::Add(hn::ConvertTo(IntTag{}, k), hn::Set(IntTag{}, quarter_turns));
    const auto odd = hn::RebindMask(d, hn::TestBit(quadrant, hn::Set(IntTag{}, 1)));
    const auto lower = hn::BitCast(d, hn::ShiftLeft<30>(hn::And(quadrant, hn::Set(IntTag{}, 2))));  // the sign's bit
    result.part[p] = hn::Xor(hn::IfThenElse(odd, c, s), lower);
  }
  return result;
}

}  // namespace detail

FS_LANES Lanes<float> sin(Lanes<float> x) { return detail::sine(x, 0); }
FS_LANES Lanes<float> cos(Lanes<float> x) { return detail::sine(x, 1); }

FS_LANES Lanes<double> log(Lanes<double> x) { return detail::by_lane<std::log>(x); }
FS_LANES Lanes<double> log2(Lanes<double> x) { return detail::by_lane<std::log2>(x); }
FS_LANES Lanes<double> exp(Lanes<double> x) { return detail::by_lane<std::exp>(x); }

/// 2^n for a whole n within the exponents of normal numbers.
template <class T>
FS_LANES Lanes<T> power_of_two(Lanes<T> n) {
  using L = Lanes<T>;
  using Int = hn::RebindToSigned<typename L::Tag>;
  constexpr int kMantissa = sizeof(T) == 4 ? 23 : 52, kBias = sizeof(T) == 4 ? 127 : 1023;
  FS_EACH_PART(T, L, hn::BitCast(typename L::Tag{},
                                 hn::ShiftLeft<kMantissa>(hn::Add(hn::ConvertTo(Int{}, n.part[p]),
                                                                  hn::Set(Int{}, kBias)))));
}

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
