// From the end of an orbit to the intensity of its pixel and the start of the derivative's way back.
//
// The images depend on a pixel's orbit z_0 ... z_n (n: the first index outside the bailout circle) through |z_n|, n,
// and, for V, the running product |dz_n/dz_0|^2 = prod |2 z_k|^2. Differentiating ln|z_n| and ln|dz_n/dz_0| = sum
// ln|2 z_k| turns I into a sum over the orbit, whose gradient by (Re z_k, Im z_k) obeys, from k = n down to 0,
//
//   a_n = end z_n / |z_n|^2,   a_k = 2 conj(z_k) a_{k+1} + each z_k / |z_k|^2   (complex notation for pairs of reals)
//
// so that dI/dc = sum_{k=1..n} a_k and dI/dz_0 = a_0: first and second derivatives of the iteration never appear, and
// nothing grows beyond the derivative itself. That is the way of the CPU, which stores the orbit. A GPU cannot, and walks
// forward with the first derivatives of z_k: they give d ln|z_k| for every k, and dI is the same combination of them.
//
// What is iterated is Z = 2z, Z' = Z^2 / 2 + 2c: |Z|^2 is then the very factor of |dz_n/dz_0|^2, and derivatives are
// multiplied by Z itself.
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

/// A complex number: Z_k, or a derivative.
template <class Number>
struct Point {
  Number re, im;
};

/// Z_0 = 2 z_0 of the grid point (x, y).
template <class Number, class T>
FS_FORMULA Point<Number> start_point(const JuliaView<T>& view, Number x, Number y) {
  const Number axis_re = constant<Number>(T(2) * view.axis_re), axis_im = constant<Number>(T(2) * view.axis_im);
  return {neg_mul_add(y, axis_im, x * axis_re), mul_add(y, axis_re, x * axis_im)};
}

template <class Number>
FS_FORMULA Number squared_length(Point<Number> z) {
  return mul_add(z.im, z.im, z.re * z.re);
}

/// Z_{k+1}. Halved at the end, exactly: one rounding fewer than from the square at hand.
template <class Number>
FS_FORMULA Point<Number> next_point(Point<Number> z, Number four_c_re, Number two_c_im) {
  return {constant<Number>(0.5) * mul_add(z.re, z.re, neg_mul_add(z.im, z.im, four_c_re)),
          mul_add(z.re, z.im, two_c_im)};
}

/// Orbits that pass within 1e-18 of 0 lose nothing by this, and neither a running product nor a divisor ever leaves
/// the normal numbers (a denormal costs a CPU a hundred times as much).
inline constexpr double kLeast = 1e-36;

/// |dz_{k+1}/dz_0|^2 from |dz_k/dz_0|^2 and |Z_k|^2.
template <class Number>
FS_FORMULA Number next_steepness(Number steepness, Number norm) {
  return mul_add(steepness, norm, constant<Number>(kLeast));
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

/// What the tone b(y) = y (1 + bend (1 - y)) of an image bends by.
template <class T>
FS_FORMULA T tone_bend(const JuliaSpec& spec) {
  return spec.image == JuliaImage::W ? T(0) : T(1);
}

/// Images V and W: fade t over the exterior distance estimate d = |z| ln|z| / |dz/dz_0| in pixels, over a smooth iteration
/// count nu that saturates at the iteration limit, V with zero slope:
///   rho = ln|z|, nu = n - log2 rho, y = clamp((nu + 3)/M, 0, 1), b = y (2 - y) for V, y for W,
///   t = 1/(1 + (d / (kappa h))^2), I = t + (1 - t) b.
/// `norm` = |z_n|^2 > bailout^2, `slope` = |dz_n/dz_0|^2 <= kSteepest, `steps` = n, `per_iteration` = 1/M, `bend` of
/// tone_bend.
template <class Number>
FS_FORMULA Shade<Number> shade_fade(Number norm, Number slope, Number steps, Number fade_squared,
                                    Number per_iteration, Number bend) {
  const Number one = constant<Number>(1), zero = constant<Number>(0);
  const Number rho = constant<Number>(0.5) * log(norm);
  const Number raw = (steps - log2(rho) + constant<Number>(3)) * per_iteration;
  const Number y = min(max(raw, zero), one);
  const Number rest = one - y;
  const Number base = y * mul_add(bend, rest, one), darkness = rest * neg_mul_add(bend, y, one);  // b, 1 - b
  const Number rises = select(raw > zero, per_iteration, zero);
  const Number base_slope = select(raw < one, rises * mul_add(bend, rest - y, one), zero);  // d b / d nu
  // (d / (kappa h))^2 = far / near; as two terms neither the fade nor its complement loses digits.
  const Number far = norm * rho * rho, near = slope * fade_squared;
  const Number share = one / (far + near);
  const Number fade = near * share, open = far * share;

  Shade<Number> shade;
  shade.intensity = min(mul_add(open, base, fade), one);
  const Number by_log_distance = constant<Number>(-2) * darkness * open * fade;
  const Number by_count = open * base_slope;
  const Number inverse_rho = one / rho;
  shade.end = by_log_distance * (one + inverse_rho) - by_count * inverse_rho * constant<Number>(1.4426950408889634);
  shade.each = -by_log_distance;
  shade.by_log_zoom = by_log_distance;
  return shade;
}

/// What regularises a potential at 2^-level.
template <class T>
struct PotentialLevel {
  T epsilon_squared, inverse_range;
};
template <class T>
FS_FORMULA PotentialLevel<T> potential_level(int level) {
  const double epsilon = std::ldexp(1.0, -level);
  return {static_cast<T>(epsilon * epsilon), static_cast<T>(1 / std::log1p(1 / epsilon))};
}

/// ln(1 + 1/sqrt(G^2 + eps^2)) / ln(1 + 1/eps): 1 at G = 0, and its slope by G.
template <class Number>
struct Potential {
  Number value, slope;
};
template <class Number, class T>
FS_FORMULA Potential<Number> saturate_potential(Number potential, const PotentialLevel<T>& level) {
  const Number one = constant<Number>(1), inverse_range = constant<Number>(level.inverse_range);
  const Number s = sqrt(mul_add(potential, potential, constant<Number>(level.epsilon_squared)));
  return {min(log((one + s) / s) * inverse_range, one),
          constant<Number>(-level.inverse_range) * potential / (s * s * (s + one))};
}

/// Image Q: the logarithm of Green's potential G = 2^-n ln|z_n|, regularised at 2^-level.
/// `norm` = |z_n|^2 > bailout^2, `steps` = n.
template <class Number, class T>
FS_FORMULA Shade<Number> shade_potential(Number norm, Number steps, const PotentialLevel<T>& level) {
  const Number scale = power_of_two(-steps);
  const Potential<Number> p = saturate_potential(constant<Number>(0.5) * log(norm) * scale, level);
  // Beyond 60 steps the derivative is below 2^-100: nothing but denormals to come.
  const Number end = p.slope * scale;
  const Number zero = constant<Number>(0);
  // Far outside of every view |z|^2 is infinite; V then has no value, and Q, which would saturate, has none either.
  const Number value = p.value + zero * norm;
  return {value, select(abs(end) > constant<Number>(1e-30), end, zero), zero, zero};
}

/// Steps after which a critical orbit counts as bounded: G is then below 2^-100 (2^-900), so that chi is 1 to the last
/// bit and its gradient nothing, while the scaled derivative would go on into the denormal numbers.
template <class T>
inline constexpr int kDeepest = sizeof(T) == 4 ? 100 : 900;

/// chi and its gradient.
template <class Number>
struct Connectedness {
  Number value, by_re, by_im;
};

/// The critical orbit of c, which escapes exactly when J_c is not connected (stages/julia.h). With u_n = 2^-n dz_n/dc:
/// u_{n+1} = z_n u_n + 2^-(n+1); at escape dG/dRe c = Re(u/z), dG/dIm c = -Im(u/z).
template <class Number, class T = typename NumberTraits<Number>::Scalar>
FS_FORMULA Connectedness<Number> connectedness(const ConnectednessSpec& spec, const PotentialLevel<T>& level,
                                               Number c_re, Number c_im) {
  const Number zero = constant<Number>(0), one = constant<Number>(1), half = constant<Number>(0.5);
  const Number bailout = constant<Number>(static_cast<T>(spec.bailout) * static_cast<T>(spec.bailout));
  const int limit = spec.max_iterations < kDeepest<T> ? spec.max_iterations : kDeepest<T>;
  Number re = zero, im = zero, u_re = zero, u_im = zero, scale = one;
  for (int step = 0; step < limit; ++step) {
    const auto inside = mul_add(im, im, re * re) <= bailout;
    if (!any(inside)) break;
    const Number next_scale = scale * half;
    const Number next_u_re = mul_add(re, u_re, neg_mul_add(im, u_im, next_scale));
    const Number next_u_im = mul_add(re, u_im, im * u_re);
    const Number next_re = mul_add(re, re, neg_mul_add(im, im, c_re));
    const Number next_im = mul_add(re + re, im, c_im);
    scale = select(inside, next_scale, scale);
    u_re = select(inside, next_u_re, u_re);
    u_im = select(inside, next_u_im, u_im);
    re = select(inside, next_re, re);
    im = select(inside, next_im, im);
  }
  const Number norm = mul_add(im, im, re * re);
  const auto p = saturate_potential(half * log(max(norm, bailout)) * scale, level);
  const Number pull = p.slope / norm;
  const Number by_re = pull * mul_add(u_re, re, u_im * im);
  const Number by_im = pull * neg_mul_add(u_im, re, u_re * im);
  const auto sound = (norm > bailout) & is_finite(by_re) & is_finite(by_im);
  return {select(sound, p.value, one), keep(sound, by_re), keep(sound, by_im)};
}

/// sum + a b
template <class Number>
FS_FORMULA Point<Number> multiply_add(Point<Number> a, Point<Number> b, Point<Number> sum) {
  return {mul_add(a.re, b.re, neg_mul_add(a.im, b.im, sum.re)), mul_add(a.re, b.im, mul_add(a.im, b.re, sum.im))};
}

/// The derivatives of an orbit on its way forward. V: w = dz_k/dz_0, u = dz_k/dc, and sum_w, sum_u = the sums over the
/// steps so far of w_j / Z_j and u_j / Z_j, which are half the derivatives of ln(dz_k/dz_0). Q, whose derivatives
/// belong to more and steeper steps: w and u times `scale` = 2^-k, and no sums.
template <JuliaImage kImage, class Number>
struct OrbitTangent {
  Point<Number> w{constant<Number>(1), constant<Number>(0)}, u{constant<Number>(0), constant<Number>(0)};
  Point<Number> sum_w = u, sum_u = u;
  Number scale = constant<Number>(1);

  /// From step k to k + 1, given Z_k and |Z_k|^2.
  FS_FORMULA void step(Point<Number> z, Number norm) {
    if constexpr (kImage == JuliaImage::V) {
      const Number pull = constant<Number>(1) / (norm + constant<Number>(kLeast));
      const Point<Number> inverse{z.re * pull, -z.im * pull};
      sum_w = multiply_add(w, inverse, sum_w);
      sum_u = multiply_add(u, inverse, sum_u);
    } else {
      scale = constant<Number>(0.5) * scale;
      z = {constant<Number>(0.5) * z.re, constant<Number>(0.5) * z.im};
    }
    w = multiply_add(z, w, {constant<Number>(0), constant<Number>(0)});
    u = multiply_add(z, u, {scale, constant<Number>(0)});
  }
};

/// dI by (Re c, Im c, ln zoom, phi).
template <class Number>
struct PixelTangent {
  Number by[kTangents];
};

/// The tangent of a pixel whose orbit went from Z_0 = `start` to Z_n = `z`. With D = dI/dz_0 (and alike for c) as a
/// complex number, dI = Re(D dz_0), and dz_0 / d ln zoom = -z_0, dz_0 / d phi = i z_0.
template <JuliaImage kImage, class Number>
FS_FORMULA PixelTangent<Number> pixel_tangent(const Shade<Number>& shade, const OrbitTangent<kImage, Number>& t,
                                              Point<Number> start, Point<Number> z) {
  const Number end = kImage == JuliaImage::V ? shade.end : shade.end / t.scale;
  const Number pull = end / squared_length(z);
  const Point<Number> last{z.re * pull, -z.im * pull};
  const Point<Number> half_w = multiply_add(t.w, last, {shade.each * t.sum_w.re, shade.each * t.sum_w.im});
  const Point<Number> half_u = multiply_add(t.u, last, {shade.each * t.sum_u.re, shade.each * t.sum_u.im});
  const Number two = constant<Number>(2);
  return {{two * half_u.re, -two * half_u.im,
           mul_add(half_w.im, start.im, neg_mul_add(half_w.re, start.re, shade.by_log_zoom)),
           neg_mul_add(half_w.re, start.im, -half_w.im * start.re)}};
}

}  // namespace fractalsync::math
