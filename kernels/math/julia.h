// From the end of an orbit to the intensity of its pixel and the start of the derivative's way back.
//
// Both images depend on a pixel's orbit z_0 ... z_n (n: the first index outside the bailout circle) through |z_n|, n,
// and, for V, the running product |dz_n/dz_0|^2 = prod |2 z_k|^2. Differentiating ln|z_n| and ln|dz_n/dz_0| = sum
// ln|2 z_k| turns I into a sum over the orbit, whose gradient by (Re z_k, Im z_k) obeys, from k = n down to 0,
//
//   a_n = end z_n / |z_n|^2,   a_k = 2 conj(z_k) a_{k+1} + each z_k / |z_k|^2   (complex notation for pairs of reals)
//
// so that dI/dc = sum_{k=1..n} a_k and dI/dz_0 = a_0: first and second derivatives of the iteration never appear, and
// nothing grows beyond the derivative itself.
#pragma once

#include <cmath>

#include "core/annotate.h"
#include "math/number.h"
#include "stages/julia.h"

namespace fractalsync::math {

/// What the pixels of one image share.
template <class T>
struct JuliaView {
  T c_re, c_im;
  T axis_re, axis_im;  ///< s / zoom e^{i phi}: where the grid point (1, 0) lies; z_0 = axis * (x + i y)
  T fade_squared;      ///< V: (kappa h)^2, h the pixel pitch
};

/// In double whatever T is: two exact steps fewer between backends, and once per image.
template <class T>
FS_FORMULA JuliaView<T> julia_view(const JuliaSpec& spec, double c_re, double c_im, double log_zoom, double phi) {
  const double half_width = static_cast<double>(spec.half_width) * std::exp(-log_zoom);
  const double fade = static_cast<double>(spec.fade_pixels) * 2 * half_width / spec.side;
  return {static_cast<T>(c_re), static_cast<T>(c_im), static_cast<T>(half_width * std::cos(phi)),
          static_cast<T>(half_width * std::sin(phi)), static_cast<T>(fade * fade)};
}

/// Pixel centre i of a row or column, in [-1, 1] and exactly odd about the middle.
template <class Number>
FS_FORMULA Number grid_position(Number twice_index_plus_one, int side) {
  const Number n = constant<Number>(side);
  return (twice_index_plus_one - n) / n;
}

/// Intensity of a pixel and what drives the derivative's recursion.
template <class Number>
struct Shade {
  Number intensity;
  Number end, each;    ///< see above
  Number by_log_zoom;  ///< the part of dI/d ln zoom that does not come through z_0: the fade's width is a pixel
};

/// Orbits whose |dz_n/dz_0|^2 is beyond this count as on the Julia set: even at 4096 pixels and zoom 10 their distance
/// is below 1e-4 of a pixel's fade, and a float would soon overflow.
inline constexpr double kSteepest = 1e29;

/// Image V: fade t over the exterior distance estimate d = |z| ln|z| / |dz/dz_0| in pixels, over a smooth iteration
/// count nu that saturates at the iteration limit with zero slope:
///   rho = ln|z|, nu = n - log2 rho, y = clamp((nu + 3)/M, 0, 1), b = y (2 - y),
///   t = 1/(1 + (d / (kappa h))^2), I = t + (1 - t) b.
/// `norm` = |z_n|^2 > bailout^2, `slope` = |dz_n/dz_0|^2 <= kSteepest, `steps` = n.
template <class Number>
FS_FORMULA Shade<Number> shade_fade(Number norm, Number slope, Number steps, Number fade_squared, int max_iterations) {
  const Number one = constant<Number>(1), zero = constant<Number>(0), two = constant<Number>(2);
  const Number rho = constant<Number>(0.5) * log(norm);
  const Number raw = (steps - log2(rho) + constant<Number>(3)) * constant<Number>(1.0 / max_iterations);
  const Number y = min(max(raw, zero), one);
  const Number rest = one - y;
  const Number base_slope = select(raw > zero, constant<Number>(2.0 / max_iterations) * rest, zero);  // d b / d nu
  // (d / (kappa h))^2 = far / near; as two terms neither the fade nor its complement loses digits.
  const Number far = norm * rho * rho, near = slope * fade_squared;
  const Number share = one / (far + near);
  const Number fade = near * share, open = far * share;

  Shade<Number> shade;
  shade.intensity = min(mul_add(open, y * (two - y), fade), one);
  const Number by_log_distance = constant<Number>(-2) * rest * rest * open * fade;
  const Number by_count = open * base_slope;
  const Number inverse_rho = one / rho;
  shade.end = by_log_distance * (one + inverse_rho) - by_count * inverse_rho * constant<Number>(1.4426950408889634);
  shade.each = -by_log_distance;
  shade.by_log_zoom = by_log_distance;
  return shade;
}

/// ln(1 + 1/sqrt(G^2 + eps^2)) / ln(1 + 1/eps): 1 at G = 0, and its slope by G.
template <class Number>
struct Potential {
  Number value, slope;
};
template <class Number>
FS_FORMULA Potential<Number> saturate_potential(Number potential, int level) {
  const double epsilon = std::ldexp(1.0, -level);
  const double inverse_range = 1 / std::log1p(1 / epsilon);
  const Number one = constant<Number>(1);
  const Number s = sqrt(mul_add(potential, potential, constant<Number>(epsilon * epsilon)));
  return {min(log((one + s) / s) * constant<Number>(inverse_range), one),
          constant<Number>(-inverse_range) * potential / (s * s * (s + one))};
}

/// Image Q: the logarithm of Green's potential G = 2^-n ln|z_n|, regularised at 2^-level.
/// `norm` = |z_n|^2 > bailout^2, `steps` = n.
template <class Number>
FS_FORMULA Shade<Number> shade_potential(Number norm, Number steps, int level) {
  const Number scale = power_of_two(-steps);
  const Potential<Number> p = saturate_potential(constant<Number>(0.5) * log(norm) * scale, level);
  // Beyond 60 steps the derivative is below 2^-100: nothing but denormals to come.
  const Number end = p.slope * scale;
  const Number zero = constant<Number>(0);
  return {p.value, select(abs(end) > constant<Number>(1e-30), end, zero), zero, zero};
}

}  // namespace fractalsync::math
