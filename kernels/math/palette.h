// What a person sees: from the orbit of a point under z^2 + c to a colour. The training image (math/julia.h) is grey
// and smooth for the gradient's sake; this one is for the eye, and nothing is derived from it. Every renderer (still,
// video, browser) shows this look.
//
// Everything here is continuous in c as well as in z: a point that stops escaping when c crosses the boundary of the
// Mandelbrot set keeps its colour, so nothing flashes while the music moves c.
#pragma once

#include <cmath>

#include "core/annotate.h"

namespace fractalsync::math {

inline constexpr int kDisplayIterations = 120;
inline constexpr double kDisplayBailout = 1e3;  ///< an orbit has escaped when |z| is larger

/// A point's orbit so far: z_n, dz_n/dz_0, n, and the smallest |z_k|^2 for 1 <= k <= n.
template <class T>
struct DisplayOrbit {
  T x, y;
  T slope_x = T(1), slope_y = T(0);
  T nearest = T(1e9);
  int count = 0;
};

/// Iterates until the orbit escapes or kDisplayIterations are over. The derivative stops growing at 1e12: such a point
/// lies far closer to the Julia set than one pixel.
template <class T>
FS_FORMULA DisplayOrbit<T> display_orbit(T x, T y, T c_re, T c_im) {
  DisplayOrbit<T> o{x, y};
  constexpr T kBailout2 = T(kDisplayBailout * kDisplayBailout);
  while (o.count < kDisplayIterations && o.x * o.x + o.y * o.y <= kBailout2) {
    if (o.slope_x * o.slope_x + o.slope_y * o.slope_y < T(1e24)) {
      const T slope_x = T(2) * (o.x * o.slope_x - o.y * o.slope_y);
      o.slope_y = T(2) * (o.x * o.slope_y + o.y * o.slope_x);
      o.slope_x = slope_x;
    }
    const T next_x = o.x * o.x - o.y * o.y + c_re;
    o.y = T(2) * o.x * o.y + c_im;
    o.x = next_x;
    const T square = o.x * o.x + o.y * o.y;
    o.nearest = square < o.nearest ? square : o.nearest;
    ++o.count;
  }
  return o;
}

/// What the palette reads off an orbit.
template <class T>
struct DisplayPoint {
  T count;     ///< smooth iteration count; kDisplayIterations for a point that never escaped
  T distance;  ///< estimate of the distance to the Julia set, in the plane's units; 0 when not escaped
  T trap;      ///< min |z_n| over n >= 1
};

template <class T>
FS_FORMULA DisplayPoint<T> display_point(const DisplayOrbit<T>& o) {
  const T square = o.x * o.x + o.y * o.y;
  const T trap = std::sqrt(o.nearest);
  if (!(square > T(kDisplayBailout * kDisplayBailout))) return {T(kDisplayIterations), T(0), trap};
  const T log_size = std::log(square) / T(2);
  const T count = T(o.count) - std::log2(log_size / T(6.907755278982137));  // ln kDisplayBailout
  const T slope = std::sqrt(o.slope_x * o.slope_x + o.slope_y * o.slope_y);
  // A slope of 0 is a point that met the critical point exactly: infinitely far from the Julia set.
  return {count, slope > T(0) ? std::sqrt(square) * log_size / slope : T(1e9), trap};
}

template <class T>
struct Rgb {
  T r, g, b;
};
template <class T>
FS_FORMULA Rgb<T> mix(const Rgb<T>& a, const Rgb<T>& b, T share) {
  return {a.r + share * (b.r - a.r), a.g + share * (b.g - a.g), a.b + share * (b.b - a.b)};
}

template <class T>
FS_FORMULA T clamp01(T x) {
  return x < T(0) ? T(0) : x > T(1) ? T(1) : x;
}

/// The colour wheel 0.5 + 0.5 cos 2 pi (turns - k/3), k = 0, 1, 2 for red, green, blue.
template <class T>
FS_FORMULA Rgb<T> hue_wheel(T turns) {
  const T angle = T(6.283185307179586) * turns;
  // cos(a - 2 pi k/3) = -cos(a)/2 +- sin(a) sqrt(3)/2 for k = 1, 2.
  const T half = T(0.5), cosine = half * std::cos(angle), sine = T(0.4330127018922193) * std::sin(angle);
  return {half + cosine, half - half * cosine + sine, half - half * cosine - sine};
}

/// The wheel's colour washed out towards white by 1 - saturation, times `light`.
template <class T>
FS_FORMULA Rgb<T> tint(T turns, T saturation, T light) {
  const Rgb<T> c = hue_wheel(turns);
  const T white = T(1) - saturation;
  return {light * (white + saturation * c.r), light * (white + saturation * c.g), light * (white + saturation * c.b)};
}

/// Hue, saturation and brightness as the network gives them, each in [0, 1].
template <class T>
struct Look {
  T hue, saturation, brightness;
};

/// Colour of a point, each channel in [0, 1]. `rim` is the distance at which the glow along the Julia set has fallen to
/// a half.
///   outside  analogous hues that wander with the escape time, from near black far away to full light near the set
///   glow     along the boundary, by the distance estimate
///   inside   the complementary hue, shaped by the orbit trap; fades in where escape takes 28 to 68 steps
///   exposure by brightness, then a soft shoulder instead of clipping
template <class T>
FS_FORMULA Rgb<T> display_color(const Look<T>& look, const DisplayPoint<T>& point, T rim) {
  const T hue = T(0.8) * look.hue;  // short of a full turn: the two ends of the scale stay apart
  const T saturation = T(0.55) + T(0.4) * look.saturation;
  const T count = point.count > T(0) ? point.count : T(0);
  const T time = std::log1p(count) / std::log1p(T(kDisplayIterations));

  const T dusk = clamp01((time - T(0.22)) / T(0.55));
  Rgb<T> color = tint(hue + T(0.42) * (time - T(0.45)), saturation, T(0.03) + T(0.97) * dusk * std::sqrt(dusk));
  if (point.distance > T(0)) {
    const T r = point.distance / rim;
    const T glow = T(0.45) * clamp01((time - T(0.3)) / T(0.3)) / (T(1) + r * r);
    const Rgb<T> warm = tint(hue + T(0.12), T(0.4), glow);
    color = {color.r + warm.r, color.g + warm.g, color.b + warm.b};
  }
  const T late = clamp01((count - T(28)) / T(40));
  const T inside = late * late * (T(3) - T(2) * late);
  if (inside > T(0)) {
    const T petal = clamp01(point.trap / T(0.55));
    const Rgb<T> core = tint(hue + T(0.5) + T(0.3) * petal, saturation, T(0.16) + T(0.62) * std::pow(petal, T(0.8)));
    color = mix(color, core, inside);
  }
  const T exposure = T(0.62) + T(0.5) * look.brightness;
  const auto shoulder = [&](T v) { return clamp01(T(1.1) * exposure * v / (T(1) + T(0.18) * exposure * v)); };
  return {shoulder(color.r), shoulder(color.g), shoulder(color.b)};
}

}  // namespace fractalsync::math
