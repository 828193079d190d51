// The images of one frame and their derivatives, in reverse mode (math/julia.h has the formulas).
//
// Half an image is computed: pixel P - 1 - k equals pixel k. Sixteen lanes are a tile of 4 x 4 pixels, which leave
// the iteration more nearly together than a row would. Forward, every lane's orbit is stored until the last one has
// escaped; backward, the gradient by (Re z_k, Im z_k) is walked down the stored orbit.
//
// A template on the number: the product runs it in float, the tests also in double.
#pragma once

#include <cstdint>

#include "cpu/julia_planes.h"
#include "cpu/lanes.h"
#include "cpu/lanes_math.h"
#include "math/julia.h"
#include "math/trap.h"
#include "stages/julia.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {

inline constexpr int kTile = 4;

/// Lane l of a tile is its pixel (row l / 4, column l % 4).
template <class T>
FS_LANES void store_tile(T* to, std::int64_t stride, Lanes<T> v) {
  alignas(64) T lane[kLanes];
  store(lane, v);
  for (int row = 0; row < kTile; ++row) __builtin_memcpy(to + row * stride, lane + row * kTile, kTile * sizeof(T));
}

/// Orbits of some tiles and where they ended.
template <class T, int kTiles>
struct Orbits {
  std::int64_t pixel[kTiles];                   ///< offset of the tile's first pixel in the planes
  Lanes<T> start_re[kTiles], start_im[kTiles];  ///< 2 z_0
  Lanes<T> re[kTiles], im[kTiles];              ///< 2 z_n
  Lanes<T> steps[kTiles];                       ///< n
  Lanes<T> slope[kTiles];                       ///< V: |dz_n/dz_0|^2
};

template <class T, int kTiles>
FS_LANES void place_tiles(const math::JuliaView<T>& view, int side, int tiles_across, std::int64_t stride, int first,
                          int last, Orbits<T, kTiles>& o) {
  alignas(64) T column[kLanes], row[kLanes];
  for (int l = 0; l < kLanes; ++l) {
    const int across = l % kTile, down = l / kTile;
    column[l] = static_cast<T>(2 * across + 1);
    row[l] = static_cast<T>(2 * down + 1);
  }
  for (int g = 0; g < kTiles; ++g) {
    const int tile = first + g < last ? first + g : last - 1;
    // The last tile of a row or column moves back to fit; what it covers twice comes out the same twice.
    int j = tile / tiles_across * kTile, i = tile % tiles_across * kTile;
    if (i > side - kTile) i = side - kTile;
    if (j > side / 2 - kTile) j = side / 2 > kTile ? side / 2 - kTile : 0;
    o.pixel[g] = j * stride + i;
    const Lanes<T> x = math::grid_position(load(column) + fill(static_cast<T>(2 * i)), side);
    const Lanes<T> y = math::grid_position(load(row) + fill(static_cast<T>(2 * j)), side);
    const math::Point<Lanes<T>> start = math::start_point(view, x, y);
    o.re[g] = o.start_re[g] = start.re;
    o.im[g] = o.start_im[g] = start.im;
    o.steps[g] = zeros<T>();
    o.slope[g] = fill(T(1));
  }
}

/// Iterates until every lane has escaped, or never will, storing each step's Z_k of every tile in `orbit`. A lane that
/// has escaped goes on, to infinity and NaN if need be: so no step waits for the comparison before it.
template <JuliaImage kImage, class T, int kTiles>
FS_LANES void iterate(const math::JuliaView<T>& view, const math::Trap<T>& trap, int max_iterations, Lanes<T> bailout,
                      T* orbit, Orbits<T, kTiles>& orbits) {
  const Lanes<T> four_c_re = fill(T(4) * view.c_re), two_c_im = fill(T(2) * view.c_im), one = fill(T(1));
  Orbits<T, kTiles> o = orbits;  // in registers
  math::Point<Lanes<T>> z[kTiles];
  LaneMask<T> inside[kTiles];
  for (int g = 0; g < kTiles; ++g) {
    z[g] = {o.re[g], o.im[g]};
    inside[g] = zeros<T>() <= bailout;
  }
  bool left = true;
  for (int step = 0; left && step < max_iterations;) {
    for (const int until = step + kTrapSteps < max_iterations ? step + kTrapSteps : max_iterations; step < until;
         ++step) {
      Lanes<T> norm[kTiles];
      for (int g = 0; g < kTiles; ++g) {
        norm[g] = math::squared_length(z[g]);
        inside[g] = inside[g] & (norm[g] <= bailout);
      }
      LaneMask<T> any_inside = inside[0];
      for (int g = 1; g < kTiles; ++g) any_inside = any_inside | inside[g];
      left = any(any_inside);
      if (!left) break;
      for (int g = 0; g < kTiles; ++g) {
        store(orbit, z[g].re);
        store(orbit + kLanes, z[g].im);
        orbit += 2 * kLanes;
        z[g] = math::next_point(z[g], four_c_re, two_c_im);
        o.re[g] = select(inside[g], z[g].re, o.re[g]);
        o.im[g] = select(inside[g], z[g].im, o.im[g]);
        o.steps[g] = select(inside[g], o.steps[g] + one, o.steps[g]);
        if constexpr (kImage == JuliaImage::V)
          o.slope[g] = select(inside[g], math::next_steepness(o.slope[g], norm[g]), o.slope[g]);
      }
    }
    for (int g = 0; trap.squared > 0 && g < kTiles; ++g) {
      const Lanes<T> re = z[g].re - fill(T(2) * trap.re), im = z[g].im - fill(T(2) * trap.im);
      inside[g] = inside[g] & (mul_add(im, im, re * re) >= fill(T(4) * trap.squared));
    }
  }
  orbits = o;
}

/// The gradient on its way back, and its sum over k >= 1.
template <class T>
struct Adjoint {
  Lanes<T> re, im, sum_re, sum_im;
};

/// a_k from a_{k+1} at Z_k = (re, im), in the lanes whose orbit is longer than k.
template <JuliaImage kImage, class T>
FS_LANES void step_back(Lanes<T> re, Lanes<T> im, Lanes<T> twice_each, LaneMask<T> longer, Adjoint<T>& a) {
  Lanes<T> next_re, next_im;
  if constexpr (kImage == JuliaImage::V) {
    const Lanes<T> pull = twice_each / mul_add(im, im, mul_add(re, re, fill(T(math::kLeast))));
    next_re = mul_add(re, a.re, mul_add(im, a.im, re * pull));
    next_im = mul_add(re, a.im, neg_mul_add(im, a.re, im * pull));
  } else {
    next_re = mul_add(re, a.re, im * a.im);
    next_im = neg_mul_add(im, a.re, re * a.im);
  }
  a.re = select(longer, next_re, a.re);
  a.im = select(longer, next_im, a.im);
}

/// Intensities and tangents of tiles that have been iterated. Returns how many pixels overflowed (JuliaSpec says what
/// becomes of them).
template <JuliaImage kImage, class T, int kTiles>
FS_LANES int shade_tiles(const JuliaSpec& spec, const math::JuliaView<T>& view, Lanes<T> bailout, const T* orbit,
                         const Orbits<T, kTiles>& o, const ImagePlanes<T>& out) {
  const Lanes<T> one = fill(T(1)), half = fill(T(0.5));
  math::Shade<Lanes<T>> shade[kTiles];
  LaneMask<T> escaped[kTiles];
  Adjoint<T> a[kTiles];
  Lanes<T> longest = zeros<T>();
  for (int g = 0; g < kTiles; ++g) {
    const Lanes<T> norm = math::squared_length(math::Point<Lanes<T>>{o.re[g], o.im[g]});
    escaped[g] = norm > bailout;
    if constexpr (kImage == JuliaImage::V) escaped[g] = escaped[g] & (o.slope[g] <= fill(T(math::kSteepest)));
    if (!any(escaped[g])) {
      // All on the Julia set: nothing to walk back.
      shade[g] = {one, zeros<T>(), zeros<T>(), zeros<T>()};
      a[g] = {zeros<T>(), zeros<T>(), zeros<T>(), zeros<T>()};
      continue;
    }
    if constexpr (kImage == JuliaImage::V) {
      shade[g] = math::shade_fade(max(norm, bailout) * fill(T(0.25)), o.slope[g], o.steps[g], fill(view.fade_squared),
                                  fill(static_cast<T>(1.0 / spec.max_iterations)), fill(math::tone_bend<T>(spec)));
    } else {
      shade[g] = math::shade_potential(max(norm, bailout) * fill(T(0.25)), o.steps[g],
                                       math::potential_level<T>(spec.potential_level));
    }
    longest = max(longest, keep(escaped[g], o.steps[g]));
    const Lanes<T> pull = (shade[g].end + shade[g].end) / norm;
    a[g].re = o.re[g] * pull;
    a[g].im = o.im[g] * pull;
    const LaneMask<T> moved = o.steps[g] > zeros<T>();
    a[g].sum_re = keep(moved, a[g].re);
    a[g].sum_im = keep(moved, a[g].im);
    shade[g].each = shade[g].each + shade[g].each;
  }
  if (out.tangents == nullptr) {
    int overflowed = 0;
    for (int g = 0; g < kTiles; ++g) {
      const LaneMask<T> sound = escaped[g] & is_finite(shade[g].intensity);
      store_tile(out.intensity + o.pixel[g], out.stride, select(sound, shade[g].intensity, one));
      overflowed += count(escaped[g]) - count(sound);
    }
    return overflowed;
  }
  int step = static_cast<int>(largest(longest)) - 1;
  Lanes<T> index = fill(static_cast<T>(step));
  for (const T* at = orbit + std::int64_t{step} * kTiles * 2 * kLanes; step > 0; --step, at -= kTiles * 2 * kLanes) {
    for (int g = 0; g < kTiles; ++g) {
      const LaneMask<T> longer = index < o.steps[g];
      step_back<kImage>(load(at + g * 2 * kLanes), load(at + g * 2 * kLanes + kLanes), shade[g].each, longer, a[g]);
      a[g].sum_re = select(longer, a[g].sum_re + a[g].re, a[g].sum_re);
      a[g].sum_im = select(longer, a[g].sum_im + a[g].im, a[g].sum_im);
    }
    index = index - one;
  }
  int overflowed = 0;
  for (int g = 0; g < kTiles; ++g) {
    const Lanes<T> x = o.start_re[g], y = o.start_im[g];
    step_back<kImage>(x, y, shade[g].each, o.steps[g] > zeros<T>(), a[g]);
    const Lanes<T> tangent[kTangents] = {a[g].sum_re, a[g].sum_im,
                                         // dz_0 / d ln zoom = -z_0, dz_0 / d phi = i z_0
                                         neg_mul_add(half, mul_add(a[g].re, x, a[g].im * y), shade[g].by_log_zoom),
                                         half * neg_mul_add(a[g].re, y, a[g].im * x)};
    LaneMask<T> sound = escaped[g] & is_finite(shade[g].intensity);
    // What a pixel looks like does not depend on who asks for its tangent.
    store_tile(out.intensity + o.pixel[g], out.stride, select(sound, shade[g].intensity, one));
    for (const Lanes<T>& t : tangent) sound = sound & is_finite(t);
    for (int d = 0; d < kTangents; ++d)
      store_tile(out.tangents + d * out.plane + o.pixel[g], out.stride, keep(sound, tangent[d]));
    overflowed += count(escaped[g]) - count(sound);
  }
  return overflowed;
}

template <JuliaImage kImage, class T>
int render(const JuliaSpec& spec, const math::JuliaView<T>& view, const ImagePlanes<T>& out, T* orbit) {
  constexpr int kTiles = Lanes<T>::kParts == 1 ? kMostTilesInFlight : 1;
  // |Z|^2 against the square of twice the bailout radius.
  const Lanes<T> bailout = fill(T(4) * static_cast<T>(spec.bailout) * static_cast<T>(spec.bailout));
  const int across = (spec.side + kTile - 1) / kTile, tiles = across * ((spec.side / 2 + kTile - 1) / kTile);
  const math::Trap<T> trap = math::find_trap<T>(view.c_re, view.c_im);
  int overflowed = 0;
  for (int tile = 0; tile < tiles; tile += kTiles) {
    Orbits<T, kTiles> o;
    place_tiles(view, spec.side, across, out.stride, tile, tiles, o);
    iterate<kImage>(view, trap, spec.max_iterations, bailout, orbit, o);
    overflowed += shade_tiles<kImage>(spec, view, bailout, orbit, o, out);
  }
  return overflowed;
}

/// Renders the upper half of a frame. `orbit` has orbit_size(max_iterations) elements. Returns how many pixels (some
/// counted twice, see place_tiles) overflowed: none of those that heads can ask for, as far as we know.
template <class T>
int render_image(const JuliaSpec& spec, const math::JuliaView<T>& view, const ImagePlanes<T>& out, T* orbit) {
  return fades(spec.image) ? render<JuliaImage::V>(spec, view, out, orbit)
                                     : render<JuliaImage::Q>(spec, view, out, orbit);
}

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
