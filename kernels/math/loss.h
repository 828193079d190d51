// The loss's scalar formulas, each beside its derivative.
#pragma once

#include <cmath>
#include <cstdint>

#include "core/annotate.h"

namespace fractalsync::math {

/// Sums of a pair of series, centred: Sxx = sum (x - mean x)^2 and so on.
template <class T>
struct PairSums {
  T mean_x, mean_y, xx, yy, xy;
};

/// Centred sums of x(t), y(t) for t in [0, count), in two passes.
template <class T, class X, class Y>
FS_FORMULA PairSums<T> pair_sums(std::int64_t count, X x, Y y) {
  PairSums<T> s{};
  for (std::int64_t t = 0; t < count; ++t) {
    s.mean_x += x(t);
    s.mean_y += y(t);
  }
  s.mean_x /= static_cast<T>(count);
  s.mean_y /= static_cast<T>(count);
  for (std::int64_t t = 0; t < count; ++t) {
    const T a = x(t) - s.mean_x, b = y(t) - s.mean_y;
    s.xx += a * a;
    s.yy += b * b;
    s.xy += a * b;
  }
  return s;
}

/// The floor keeps r near 0 and its gradient bounded when a series is constant: D^2 = Sxx Syy + 1e-10 n^2.
template <class T>
FS_FORMULA T pearson_denominator(const PairSums<T>& s, T count) {
  return std::sqrt(s.xx * s.yy + T(1e-10) * count * count);
}
template <class T>
FS_FORMULA T pearson(const PairSums<T>& s, T count) {
  return s.xy / pearson_denominator(s, count);
}
/// d r / d y_t for the element (x_t, y_t).
template <class T>
FS_FORMULA T pearson_slope(const PairSums<T>& s, T count, T x, T y) {
  const T d = pearson_denominator(s, count);
  return (x - s.mean_x) / d - s.xy * s.xx * (y - s.mean_y) / (d * d * d);
}

template <class T>
FS_FORMULA T relu(T x) {
  return x > T(0) ? x : T(0);
}
template <class T>
FS_FORMULA T sign(T x) {
  return x > T(0) ? T(1) : x < T(0) ? T(-1) : T(0);
}

}  // namespace fractalsync::math
