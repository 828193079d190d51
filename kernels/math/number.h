// What a formula needs from its number type, so that one text serves float, double and lanes of either: constants,
// fused multiply-add, selection, elementary functions. Lanes bring their own (cpu/lanes.h, cpu/lanes_math.h), found
// through their namespace.
#pragma once

#include <cmath>
#include <concepts>
#include <limits>

#include "core/annotate.h"

namespace fractalsync::math {

/// The element type of a number and how a constant becomes one; lanes specialise it.
template <class Number>
struct NumberTraits {
  using Scalar = Number;
  FS_FORMULA static Number constant(Scalar value) { return value; }
};

template <class Number>
FS_FORMULA Number constant(double value) {
  return NumberTraits<Number>::constant(static_cast<typename NumberTraits<Number>::Scalar>(value));
}

/// a b + c, rounded once
template <std::floating_point T>
FS_FORMULA T mul_add(T a, T b, T c) {
  return std::fma(a, b, c);
}
/// c - a b, rounded once
template <std::floating_point T>
FS_FORMULA T neg_mul_add(T a, T b, T c) {
  return std::fma(-a, b, c);
}
template <std::floating_point T>
FS_FORMULA T select(bool condition, T a, T b) {
  return condition ? a : b;
}
/// a where the condition holds, 0 elsewhere
template <std::floating_point T>
FS_FORMULA T keep(bool condition, T a) {
  return condition ? a : T(0);
}
/// Does it hold for any lane of a mask? A number is its own only lane.
template <std::same_as<bool> Mask>
FS_FORMULA bool any(Mask mask) {
  return mask;
}
template <std::floating_point T>
FS_FORMULA T min(T a, T b) {
  return b < a ? b : a;
}
template <std::floating_point T>
FS_FORMULA T max(T a, T b) {
  return a < b ? b : a;
}
template <std::floating_point T>
FS_FORMULA T abs(T a) {
  return std::fabs(a);
}
/// Neither infinite nor NaN.
template <std::floating_point T>
FS_FORMULA bool is_finite(T a) {
  constexpr T kLargest = std::numeric_limits<T>::max();
  return abs(a) <= kLargest;
}
template <std::floating_point T>
FS_FORMULA T sqrt(T a) {
  return std::sqrt(a);
}
template <std::floating_point T>
FS_FORMULA T log(T a) {
  return std::log(a);
}
template <std::floating_point T>
FS_FORMULA T log2(T a) {
  return std::log2(a);
}
template <std::floating_point T>
FS_FORMULA T exp(T a) {
  return std::exp(a);
}
template <std::floating_point T>
FS_FORMULA T floor(T a) {
  return std::floor(a);
}
template <std::floating_point T>
FS_FORMULA T sin(T a) {
  return std::sin(a);
}
template <std::floating_point T>
FS_FORMULA T cos(T a) {
  return std::cos(a);
}
/// 2^n for a whole n within the exponents of normal numbers
template <std::floating_point T>
FS_FORMULA T power_of_two(T n) {
  return std::ldexp(T(1), static_cast<int>(n));
}

}  // namespace fractalsync::math
