// Where an orbit's future is known: pixels there need no further steps.
#pragma once

#include <cmath>

#include "core/annotate.h"

namespace fractalsync::math {

/// A disc that no orbit of z^2 + c leaves.
template <class T>
struct Trap {
  T re, im, squared;  ///< its centre; its radius squared, 0 when none is known
};

/// The disc around the attracting fixed point a = (1 - sqrt(1 - 4c)) / 2, where there is one: with z = a + d,
/// |f(z) - a| = |d| |2a + d| < |d| as long as |d| < 1 - |2a|, and |z| stays below 1. A hundredth (in double, a
/// thousandth) of the radius is left to rounding: at its edge a step gains d (1 - |2a| - d), and a disc is only used
/// when that is ten times what rounding may add (some 4e-7 in float, 1e-15 in double). (Julia sets of the main
/// cardioid: Milnor, "Dynamics in one complex variable", chapters 8 and 9.)
template <class T>
FS_FORMULA Trap<T> find_trap(double c_re, double c_im) {
  constexpr double kShare = sizeof(T) == 4 ? 0.99 : 0.999, kLeastRadius = sizeof(T) == 4 ? 0.02 : 1e-5;
  const double re = 1 - 4 * c_re, im = -4 * c_im, length = std::hypot(re, im);
  const double root_re = std::sqrt(0.5 * (length + re)), root_im = std::copysign(std::sqrt(0.5 * (length - re)), im);
  const double centre_re = 0.5 * (1 - root_re), centre_im = -0.5 * root_im;
  const double radius = kShare * (1 - 2 * std::hypot(centre_re, centre_im));
  return {static_cast<T>(centre_re), static_cast<T>(centre_im),
          radius > kLeastRadius ? static_cast<T>(radius * radius) : T(0)};
}

}  // namespace fractalsync::math
