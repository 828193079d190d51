// The plain escape-time image (stages/julia.h), in double: the picture from which the honest metrics are computed.
//
// Products and sums are rounded one by one, as an interpreter of array expressions would, so that the image equals the
// original's. Pixel P - 1 - k is pixel k's negative, up to the last bit of its position, and gets the same value.
#pragma once

#include <cmath>
#include <cstdint>

#include "core/annotate.h"
#include "math/number.h"
#include "stages/julia.h"

namespace fractalsync::math {

/// One image: z_0 = rotation * (x + i y), x and y from -reach to reach in steps of `pitch`.
struct EscapeTimeView {
  double c_re, c_im;
  double reach, pitch;
  double rotation_re, rotation_im;  ///< e^{i phi}
};

/// `params` = Re c, Im c, zoom, phi.
FS_FORMULA EscapeTimeView escape_time_view(const EscapeTimeSpec& spec, const double* params) {
  const double reach = 2 / params[2];
  return {params[0], params[1], reach, 2 * reach / (spec.side - 1), std::cos(params[3]), std::sin(params[3])};
}

/// Position of row or column `index` on its axis; the last one is exactly at the end.
FS_FORMULA double escape_time_position(const EscapeTimeView& view, std::int64_t index, int side) {
  return index == side - 1 ? view.reach : static_cast<double>(index) * view.pitch - view.reach;
}

/// A pixel on its way. It is not held back when it has escaped: what it does later is not counted.
template <class Number, class Mask>
struct EscapeTimeOrbit {
  Number re, im, iterations;
  Mask bounded;

  FS_FORMULA void start(const EscapeTimeView& view, Number x, Number y) {
    const Number cosine = constant<Number>(view.rotation_re), sine = constant<Number>(view.rotation_im);
    re = x * cosine - y * sine;
    im = x * sine + y * cosine;
    iterations = constant<Number>(0);
    bounded = iterations <= iterations;
  }
  FS_FORMULA void step(Number c_re, Number c_im) {
    const Number xx = re * re, yy = im * im, xy = re * im;
    bounded = bounded & (xx + yy <= constant<Number>(4));
    iterations = select(bounded, iterations + constant<Number>(1), iterations);
    re = (xx - yy) + c_re;
    im = (xy + xy) + c_im;
  }
};

/// A pixel's value by its iterations.
FS_FORMULA std::uint8_t escape_time_shade(int iterations, int max_iterations) {
  return static_cast<std::uint8_t>(std::int64_t{255} * iterations / max_iterations);
}

}  // namespace fractalsync::math
