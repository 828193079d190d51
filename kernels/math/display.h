// Where the samples of a picture for people lie, and their orbits under z^2 + c (math/palette.h gives them colours).
//
// Products and sums are rounded one by one: an orbit near the Julia set doubles its error at every step, and so every
// device and every instruction set draws the same one.
#pragma once

#include <cmath>

#include "core/annotate.h"
#include "math/backdrop.h"
#include "math/number.h"
#include "math/trap.h"
#include "stages/display.h"

namespace fractalsync::math {

inline constexpr int kDisplayIterations = 120;
inline constexpr double kDisplayBailout = 1e3;  ///< an orbit has escaped when |z| is larger
/// The derivative stops growing at this: such a point lies far closer to the Julia set than one pixel.
inline constexpr double kDisplaySteepest = 1e12;

/// Half the picture's shorter side at zoom 1, in the plane; of every look.
inline constexpr double kHalfView = 1.55;
inline constexpr float kDisplayRimPixels = 1.0f;  ///< the glow is never thinner, so that filaments do not break up,
inline constexpr float kDisplayRimShare =
    0.002f;  ///< nor than this share of a picture: large ones look like small ones

/// A picture's plane.
struct DisplayView {
  float c_re, c_im;
  int width, height, samples;
  float half_step;     ///< half the distance between samples
  float cosine, sine;  ///< of the rotation
  float rim;           ///< the distance at which the glow along the Julia set has fallen to a half
  float pixel;         ///< a pixel's width on the screen, half of whose shorter side is 1
  LifePhases life;
};

FS_FORMULA DisplayView display_view(const DisplaySpec& spec, const DisplayFrame& frame) {
  const float span = static_cast<float>(2 * kHalfView) / std::exp(frame.log_zoom);
  const int side = spec.width < spec.height ? spec.width : spec.height;
  return {frame.c_re,
          frame.c_im,
          spec.width,
          spec.height,
          spec.samples,
          span / static_cast<float>(2 * spec.samples * side),
          std::cos(frame.phi),
          std::sin(frame.phi),
          span * max(kDisplayRimPixels / static_cast<float>(side), kDisplayRimShare),
          2.0f / static_cast<float>(side),
          life_phases(spec, frame)};
}

template <class Number>
struct DisplayPlace {
  Number x, y;
};

/// Sample (j, i) of pixel (row, column), j and i from 0 to samples - 1. The imaginary axis points up. Positions are
/// odd multiples of half a step from the centre: those of opposite samples are exact negatives.
template <class Number>
FS_FORMULA DisplayPlace<Number> display_place(const DisplayView& view, Number row, Number column, int j, int i) {
  const float n = static_cast<float>(2 * view.samples);
  const Number half_step = constant<Number>(view.half_step), pitch = constant<Number>(n);
  const Number cosine = constant<Number>(view.cosine), sine = constant<Number>(view.sine);
  const Number x = half_step * (pitch * column + constant<Number>(2 * i + 1 - view.samples * view.width));
  const Number y = half_step * (constant<Number>(view.samples * view.height - 2 * j - 1) - pitch * row);
  return {x * cosine - y * sine, x * sine + y * cosine};
}

/// The curtains behind pixel (row, column), which has one middle for all of its samples.
template <class Number>
FS_FORMULA Number display_curtain(const DisplayView& view, Number row, Number column) {
  const Number half = constant<Number>(0.5 * static_cast<double>(view.pixel)), two = constant<Number>(2);
  return curtain(view.life, half * (two * column + constant<Number>(1 - view.width)),
                 half * (constant<Number>(view.height - 1) - two * row));
}

/// A sample on its way: z_n, dz_n/dz_0, n, and the smallest |z_k|^2 for 1 <= k <= n. It stays where it is once it has
/// escaped.
template <class Number, class Mask>
struct DisplayOrbit {
  Number x, y, slope_x, slope_y, nearest, count;
  Number xx, yy;  ///< x^2, y^2
  Mask inside;    ///< not escaped yet

  FS_FORMULA void start(Number at_x, Number at_y) {
    x = at_x;
    y = at_y;
    xx = x * x;
    yy = y * y;
    slope_x = constant<Number>(1);
    slope_y = count = constant<Number>(0);
    nearest = constant<Number>(1e9);
    inside = xx + yy <= constant<Number>(kDisplayBailout * kDisplayBailout);
  }
  FS_FORMULA void step(Number c_re, Number c_im) {
    const Mask grows =
        inside & (slope_x * slope_x + slope_y * slope_y < constant<Number>(kDisplaySteepest * kDisplaySteepest));
    const Number two = constant<Number>(2);
    const Number next_slope_x = two * (x * slope_x - y * slope_y);
    slope_y = select(grows, two * (x * slope_y + y * slope_x), slope_y);
    slope_x = select(grows, next_slope_x, slope_x);
    const Number next_x = xx - yy + c_re;
    y = select(inside, two * x * y + c_im, y);
    x = select(inside, next_x, x);
    xx = x * x;
    yy = y * y;
    const Number square = xx + yy;
    nearest = min(square, nearest);
    count = select(inside, count + constant<Number>(1), count);
    inside = inside & (square <= constant<Number>(kDisplayBailout * kDisplayBailout));
  }
};

/// The disc that no orbit leaves, and how far from 0 its middle is.
struct DisplayTrap {
  float re, im, squared, distance;
};

FS_FORMULA DisplayTrap display_trap(const DisplayView& view) {
  const Trap<float> trap = find_trap<float>(static_cast<double>(view.c_re), static_cast<double>(view.c_im));
  // A hundred-thousandth is left to rounding, which adds some 1e-7 to a point's distance from the middle.
  return {trap.re, trap.im, trap.squared, 0.99999f * std::sqrt(trap.re * trap.re + trap.im * trap.im)};
}

/// Whether nothing that is drawn of this sample will change any more: it never escapes, since it is in the disc, where
/// it comes ever nearer to the middle a; and |z| >= |a| - |z - a|, which is no less than it has been at its nearest.
template <class Number, class Mask>
FS_FORMULA Mask display_settled(const DisplayTrap& trap, const DisplayOrbit<Number, Mask>& o) {
  const Number re = o.x - constant<Number>(trap.re), im = o.y - constant<Number>(trap.im);
  const Number away = re * re + im * im, room = constant<Number>(trap.distance) - sqrt(o.nearest);
  return (away < constant<Number>(trap.squared)) & (room >= constant<Number>(0)) & (away <= room * room);
}

/// Steps from one look for settled samples to the next.
inline constexpr int kDisplayTrapSteps = 8;
static_assert(kDisplayIterations % kDisplayTrapSteps == 0);

/// One sample's orbit, as far as it is drawn.
template <class T>
FS_FORMULA DisplayOrbit<T, bool> display_orbit(const DisplayTrap& trap, T x, T y, T c_re, T c_im) {
  DisplayOrbit<T, bool> o;
  o.start(x, y);
  for (int step = 1; step <= kDisplayIterations && o.inside; ++step) {
    o.step(c_re, c_im);
    if (step % kDisplayTrapSteps == 0 && display_settled(trap, o)) break;
  }
  return o;
}

}  // namespace fractalsync::math
