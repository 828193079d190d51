// What a person sees: from the orbit of a point under z^2 + c to a colour.
//
// Everything here is continuous in c as well as in z: a point that stops escaping when c crosses the boundary of the
// Mandelbrot set keeps its colour, so nothing flashes while the music moves c.
#pragma once

#include "core/annotate.h"
#include "math/display.h"
#include "math/grain.h"
#include "math/number.h"

namespace fractalsync::math {

/// What the palette reads off an orbit.
template <class Number>
struct DisplayPoint {
  Number count;     ///< smooth iteration count; kDisplayIterations for a point that never escaped
  Number distance;  ///< estimate of the distance to the Julia set, in the plane's units; 0 when not escaped
  Number trap;      ///< min |z_n| over n >= 1
};

template <class Number, class Mask>
FS_FORMULA DisplayPoint<Number> display_point(const DisplayOrbit<Number, Mask>& o) {
  constexpr double kBailout2 = kDisplayBailout * kDisplayBailout;
  const Number square = o.xx + o.yy;
  const Mask escaped = square > constant<Number>(kBailout2);
  // Of a sample that has not escaped, and may be 0, nothing is kept.
  const Number size = max(square, constant<Number>(kBailout2));
  const Number log_size = constant<Number>(0.5) * log(size);
  const Number count = o.count - log2(log_size / constant<Number>(6.907755278982137));  // ln kDisplayBailout
  // A slope of 0 is a point that met the critical point exactly: infinitely far from the Julia set.
  const Number slope = sqrt(o.slope_x * o.slope_x + o.slope_y * o.slope_y), none = constant<Number>(0);
  const Number distance =
      select(slope > none, sqrt(size) * log_size / max(slope, constant<Number>(1e-30)), constant<Number>(1e9));
  return {select(escaped, count, constant<Number>(kDisplayIterations)), keep(escaped, distance), sqrt(o.nearest)};
}

template <class Number>
struct Rgb {
  Number r, g, b;
};
template <class Number>
FS_FORMULA Rgb<Number> operator+(const Rgb<Number>& a, const Rgb<Number>& b) {
  return {a.r + b.r, a.g + b.g, a.b + b.b};
}
template <class Number>
FS_FORMULA Rgb<Number> operator*(Number scale, const Rgb<Number>& a) {
  return {scale * a.r, scale * a.g, scale * a.b};
}
template <class Number>
FS_FORMULA Rgb<Number> mix(const Rgb<Number>& a, const Rgb<Number>& b, Number share) {
  return {a.r + share * (b.r - a.r), a.g + share * (b.g - a.g), a.b + share * (b.b - a.b)};
}

template <class Number>
FS_FORMULA Number clamp01(Number x) {
  return min(max(x, constant<Number>(0)), constant<Number>(1));
}

/// The colour wheel 0.5 + 0.5 cos 2 pi (turns - k/3), k = 0, 1, 2 for red, green, blue.
template <class Number>
FS_FORMULA Rgb<Number> hue_wheel(Number turns) {
  const Number angle = constant<Number>(6.283185307179586) * turns;
  // cos(a - 2 pi k/3) = -cos(a)/2 +- sin(a) sqrt(3)/2 for k = 1, 2.
  const Number half = constant<Number>(0.5), cosine = half * cos(angle),
               sine = constant<Number>(0.4330127018922193) * sin(angle);
  return {half + cosine, half - half * cosine + sine, half - half * cosine - sine};
}

/// The wheel's colour washed out towards white by 1 - saturation, times `light`.
template <class Number>
FS_FORMULA Rgb<Number> tint(Number turns, Number saturation, Number light) {
  const Rgb<Number> c = hue_wheel(turns);
  const Number white = constant<Number>(1) - saturation;
  return light * Rgb<Number>{white + saturation * c.r, white + saturation * c.g, white + saturation * c.b};
}

/// Hue, saturation and brightness as the network gives them, each in [0, 1].
template <class Number>
struct Colors {
  Number hue, saturation, brightness;
};

/// Colour of a point, each channel in [0, 1]. `rim` is the distance at which the glow along the Julia set has fallen to
/// a half, `curtain` what hangs behind (math/backdrop.h).
///   outside  analogous hues that wander with the escape time, full light near the set; far away dim curtains with hues
///            of their own
///   glow     along the boundary, by the distance estimate
///   inside   the complementary hue, shaped by the orbit trap; fades in where escape takes 28 to 68 steps
///   exposure by brightness, then a soft shoulder instead of clipping
template <class Number>
FS_FORMULA Rgb<Number> display_color(const Colors<Number>& look, const DisplayPoint<Number>& point, Number rim,
                                     Number curtain) {
  const auto number = [](double value) { return constant<Number>(value); };
  const Number hue = number(0.8) * look.hue;  // short of a full turn: the two ends of the scale stay apart
  const Number saturation = number(0.55) + number(0.4) * look.saturation;
  const Number count = max(point.count, number(0));
  const Number time = log(number(1) + count) / number(4.795790545596741);  // ln(1 + kDisplayIterations)

  const Number dusk = clamp01((time - number(0.22)) / number(0.55));
  const Number veil = number(0.5) + number(0.5) * curtain, away = number(1) - dusk;
  const Number sky = number(0.05) + number(0.3) * veil * veil * away;
  Rgb<Number> color = tint(hue + number(0.42) * (time - number(0.45)) + number(0.18) * curtain * away, saturation,
                           sky + (number(1) - sky) * dusk * sqrt(dusk));
  const auto near = point.distance > number(0);
  if (any(near)) {
    const Number r = point.distance / rim;
    const Number glow = keep(near, number(0.45) * clamp01((time - number(0.3)) / number(0.3)) / (number(1) + r * r));
    color = color + tint(hue + number(0.12), number(0.4), glow);
  }
  const Number late = clamp01((count - number(28)) / number(40));
  const Number inside = late * late * (number(3) - number(2) * late);
  if (any(inside > number(0))) {
    const Number petal = clamp01(point.trap / number(0.55));
    const Number power = exp(number(0.8) * log(max(petal, number(1e-30))));
    const Rgb<Number> core =
        tint(hue + number(0.5) + number(0.3) * petal, saturation, number(0.16) + number(0.62) * power);
    color = mix(color, core, inside);
  }
  const Number exposure = number(0.62) + number(0.5) * look.brightness;
  const auto shoulder = [&](Number v) {
    return clamp01(number(1.1) * exposure * v / (number(1) + number(0.18) * exposure * v));
  };
  return {shoulder(color.r), shoulder(color.g), shoulder(color.b)};
}

/// Of white, as most looks have it: a level and a half, a half more than steps of one level ask for, since a video's
/// encoder smooths some of it away.
inline constexpr double kDisplayGrain = 0.006;

/// A pixel's channels as bytes, to be cut off.
template <class Number>
FS_FORMULA Rgb<Number> display_levels(const Rgb<Number>& color, Number grain) {
  const Number share = constant<Number>(kDisplayGrain);
  return {grained_byte(color.r, share, grain), grained_byte(color.g, share, grain),
          grained_byte(color.b, share, grain)};
}

}  // namespace fractalsync::math
