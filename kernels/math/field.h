// The orbit of one sample, and everything the looks may draw from it: apps/web/src/render/glsl/orbit.glsl for the CPU's
// lanes and for CUDA, name for name; that file says what each number means. The browser's picture and ours are compared
// (apps/web/tests/e2e/native_picture.test.ts).
#pragma once

#include <cmath>

#include "core/annotate.h"
#include "math/backdrop.h"
#include "math/display.h"
#include "math/glsl.h"

namespace fractalsync::math {

/// What the samples of a picture share.
struct LookView {
  float c_re, c_im;
  float turn_re, turn_im;      ///< e^{i rotation}
  int width, height, samples;  ///< pixels, and samples along each side of one
  float pitch;                 ///< distance of samples in the plane
  float half_side;             ///< half the picture's shorter side in the plane
  float grain;                 ///< width of a fine line in samples
  float hue, saturation, brightness;
  LifePhases life;
  float alpha_re, alpha_im;             ///< the attracting fixed point
  float strength, radius2, rate, spin;  ///< of Koenigs' coordinate around it
};

FS_FORMULA float smooth_step(float from, float to, float x) {
  const float t = min(max((x - from) / (to - from), 0.0f), 1.0f);
  return t * t * (3 - 2 * t);
}

/// As apps/web/src/render/painter.ts and fixed_point.ts set up a shader.
FS_FORMULA LookView look_view(const DisplaySpec& spec, const DisplayFrame& frame) {
  const double zoom = std::exp(static_cast<double>(frame.log_zoom));
  const int side = spec.width < spec.height ? spec.width : spec.height;
  const double half = kHalfView / (zoom < 0.1 ? 0.1 : zoom > 10 ? 10 : zoom);
  LookView view{};
  view.c_re = frame.c_re;
  view.c_im = frame.c_im;
  view.turn_re = std::cos(frame.phi);
  view.turn_im = std::sin(frame.phi);
  view.width = spec.width;
  view.height = spec.height;
  view.samples = spec.samples;
  view.pitch = static_cast<float>(2 * half / (spec.samples * side));
  view.half_side = static_cast<float>(half);
  // A fine line is a pixel wide, and more on very large pictures.
  view.grain = static_cast<float>(spec.samples * (side > 1000 ? side / 1000.0 : 1.0));
  view.hue = min(max(frame.hue, 0.0f), 1.0f);
  view.saturation = min(max(frame.saturation, 0.0f), 1.0f);
  view.brightness = min(max(frame.brightness, 0.0f), 1.0f);
  view.life = life_phases(spec, frame);
  // alpha = (1 - sqrt(1 - 4c)) / 2, principal root; its multiplier is 2 alpha.
  const double a = 1 - 4 * static_cast<double>(frame.c_re), b = -4 * static_cast<double>(frame.c_im);
  const double modulus = std::sqrt(a * a + b * b);
  const double root_re = std::sqrt(modulus + a > 0 ? (modulus + a) / 2 : 0);
  const double root_size = std::sqrt(modulus - a > 0 ? (modulus - a) / 2 : 0);
  const double root_im = b < 0 ? -root_size : root_size;
  view.alpha_re = static_cast<float>((1 - root_re) / 2);
  view.alpha_im = static_cast<float>(-root_im / 2);
  const double multiplier_re = 1 - root_re, multiplier_im = -root_im;
  const double size = std::sqrt(multiplier_re * multiplier_re + multiplier_im * multiplier_im);
  const auto measure = static_cast<float>(size);
  view.strength = smooth_step(0.03f, 0.14f, measure) * (1 - smooth_step(0.78f, 0.94f, measure));
  if (view.strength > 0) {
    const double radius = 0.02 * size < 0.004 ? 0.02 * size : 0.004;
    view.radius2 = static_cast<float>(radius * radius);
    view.rate = static_cast<float>(-std::log(size));
    view.spin = static_cast<float>(std::atan2(multiplier_im, multiplier_re));
  }
  return view;
}

template <class N>
struct Field {
  glsl::Float<N> nu, t, d, lnz, ray;
  glsl::Vec2<N> normal;
  glsl::Float<N> inside, near, near2, seam, cell, late, veil, star;
  glsl::Vec2<N> slope;
  glsl::Float<N> thread, thread_px, depth, spin, strength;
};

template <class N>
FS_FORMULA glsl::Vec2<N> complex_product(glsl::Vec2<N> a, glsl::Vec2<N> b) {
  return {a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x};
}
template <class N>
FS_FORMULA glsl::Vec2<N> conjugate(glsl::Vec2<N> a) {
  return {a.x, -a.y};
}
template <class N>
FS_FORMULA glsl::Vec2<N> unit_vector(glsl::Vec2<N> v) {
  return inversesqrt(max(dot(v, v), 1e-30)) * v;
}
template <class N, class Mask>
FS_FORMULA glsl::Float<N> pick(Mask mask, glsl::Float<N> a, glsl::Float<N> b) {
  return select(mask, a.v, b.v);
}
template <class N, class Mask>
FS_FORMULA glsl::Vec2<N> pick(Mask mask, glsl::Vec2<N> a, glsl::Vec2<N> b) {
  return {pick(mask, a.x, b.x), pick(mask, a.y, b.y)};
}

/// A sample on its way. It stays where it is once it has escaped or come close to alpha.
template <class N, class Mask>
struct FieldOrbit {
  using Float = glsl::Float<N>;
  using Vec2 = glsl::Vec2<N>;

  Vec2 z, w;
  Float m2;
  Mask running;
  Float near_square, near2_square, near2_slope2;  ///< |z|^2 of the nearest and the second nearest, |w|^2 of the second
  Vec2 near_z, near_w;
  Float cell, cell2, veil, weight, star, thread, thread_slope2, count, trapped_at;
  Vec2 trapped;

  FS_FORMULA void start(const LookView& view, Vec2 p) {
    z = complex_product(p, Vec2(number(view.turn_re), number(view.turn_im)));
    w = Vec2(1.0, 0.0);
    m2 = dot(z, z);
    running = m2.v <= constant<N>(kDisplayBailout * kDisplayBailout);
    near_square = near2_square = 1e9;
    near2_slope2 = 1.0;
    near_z = Vec2(0.0, 0.0);
    near_w = Vec2(1.0, 0.0);
    cell = cell2 = veil = star = count = 0.0;
    weight = 0.18;
    thread = 1e9;
    thread_slope2 = 1.0;
    trapped = Vec2(1.0, 0.0);
    trapped_at = -1.0;
  }

  /// Step n, from 1 on.
  FS_FORMULA void step(const LookView& view, int n) {
    const Mask grows = running & (dot(w, w).v < constant<N>(kDisplaySteepest * kDisplaySteepest));
    w = pick(grows, 2.0 * complex_product(z, w), w);
    z = pick(running, Vec2(z.x * z.x - z.y * z.y + number(view.c_re), 2.0 * z.x * z.y + number(view.c_im)), z);
    m2 = dot(z, z);
    const Float now = number(static_cast<float>(n)), slope2 = dot(w, w);
    count = pick(running, now, count);

    const Mask nearest = running & (m2.v < near_square.v);
    const Mask second = running & (nearest ^ running) & (m2.v < near2_square.v);
    near2_square = pick(nearest, near_square, pick(second, m2, near2_square));
    near2_slope2 = pick(nearest, dot(near_w, near_w), pick(second, slope2, near2_slope2));
    cell2 = pick(nearest, cell, pick(second, now, cell2));
    near_square = pick(nearest, m2, near_square);
    near_z = pick(nearest, z, near_z);
    near_w = pick(nearest, w, near_w);
    cell = pick(nearest, now, cell);

    if (n == 2 || n == 3) star += pick(running, 0.5 * z.x * inversesqrt(m2 + 0.002), Float(0.0));
    veil += pick(running, weight * m2 / (m2 + 0.15), Float(0.0));
    weight = pick(running, weight * 0.82, weight);
    if (n > 1) {
      const Float y = abs(z.y);
      const Mask closer = running & (y.v < thread.v);
      thread = pick(closer, y, thread);
      thread_slope2 = pick(closer, slope2, thread_slope2);
    }
    if (view.strength > 0) {
      const Vec2 e = z - Vec2(number(view.alpha_re), number(view.alpha_im));
      const Mask caught = running & (dot(e, e).v < constant<N>(view.radius2));
      trapped = pick(caught, e, trapped);
      trapped_at = pick(caught, now, trapped_at);
      running = running & (caught ^ running);
    }
    running = running & (m2.v <= constant<N>(kDisplayBailout * kDisplayBailout));
  }

  FS_FORMULA Field<N> field(const LookView& view) const {
    const Float zero = 0.0, one = 1.0, pitch = number(view.pitch);
    const Vec2 back(number(view.turn_re), number(-view.turn_im));
    const Mask out = m2.v > constant<N>(kDisplayBailout * kDisplayBailout);
    const Float escaped = pick(out, one, zero);
    const Float length_w = sqrt(max(dot(w, w), 1e-37));
    Field<N> f;
    f.lnz = 0.5 * Float(log(max(m2, 1.0).v));
    f.nu = max(pick(out, count - log2(max(f.lnz, 1e-3) / 6.90775528), Float(kDisplayIterations * 1.0)), 0.0);
    f.t = Float(log((1.0 + f.nu).v)) / 4.79579055;
    f.d = pick(out, sqrt(m2) * f.lnz / max(length_w, 1e-20) / pitch, zero);
    f.ray = angle(z.y, z.x) / 6.28318531;
    f.normal = escaped * complex_product(complex_product(unit_vector(z), conjugate(unit_vector(w))), back);
    f.inside = smoothstep(28.0, 68.0, f.nu);
    f.near = sqrt(near_square);
    f.near2 = sqrt(near2_square);
    f.seam = (f.near2 - f.near) / max(sqrt(dot(near_w, near_w)) + sqrt(near2_slope2), 1e-20) / pitch;
    f.cell = cell;
    f.late = smoothstep(6.0, 13.0, max(cell, cell2));
    f.star = star;
    f.veil = veil + weight / 0.18 * m2 / (m2 + 0.15);
    f.slope = complex_product(complex_product(unit_vector(near_z), conjugate(unit_vector(near_w))), back);
    f.thread = thread;
    f.thread_px = thread / max(sqrt(thread_slope2), 1e-20) / pitch;
    f.depth = Float(kDisplayIterations * 1.0);
    f.spin = zero;
    f.strength = zero;
    if (view.strength > 0) {
      const Mask caught = trapped_at.v > constant<N>(0);
      const Float size2 = max(dot(trapped, trapped), 1e-37) / number(view.radius2);
      f.depth = pick(caught, trapped_at + 0.5 * Float(log(size2.v)) / number(view.rate), f.depth);
      f.spin = pick(caught, angle(trapped.y, trapped.x) - trapped_at * number(view.spin), f.spin);
      f.strength = pick(caught, number(view.strength) * f.inside, f.strength);
    }
    return f;
  }

 private:
  FS_FORMULA static Float number(float value) { return constant<N>(static_cast<double>(value)); }
};

/// The same point seen from the other side.
template <class N>
FS_FORMULA Field<N> opposite(Field<N> f) {
  f.normal = -f.normal;
  f.slope = -f.slope;
  return f;
}

}  // namespace fractalsync::math
