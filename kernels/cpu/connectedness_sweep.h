// The critical orbit of every frame's c, for the connectedness term: lanes are frames.
#pragma once

#include <cstdint>

#include "cpu/lanes.h"
#include "cpu/lanes_math.h"
#include "math/julia.h"
#include "stages/julia.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {

/// Steps after which an orbit counts as bounded: G is then below 2^-100 (2^-900), so that chi is 1 to the last bit and
/// its gradient nothing, while the scaled derivative would go on into the denormal numbers.
template <class T>
inline constexpr int kDeepest = sizeof(T) == 4 ? 100 : 900;

/// chi and its gradient for sixteen c. With u_n = 2^-n dz_n/dc: u_{n+1} = z_n u_n + 2^-(n+1); at escape
/// dG/dRe c = Re(u/z), dG/dIm c = -Im(u/z).
template <class T>
FS_LANES void connect(const ConnectednessSpec& spec, Lanes<T> c_re, Lanes<T> c_im, Lanes<T>& chi, Lanes<T>& by_re,
                      Lanes<T>& by_im) {
  const Lanes<T> zero = zeros<T>(), one = fill(T(1)), half = fill(T(0.5));
  const Lanes<T> bailout = fill(static_cast<T>(spec.bailout) * static_cast<T>(spec.bailout));
  const int limit = spec.max_iterations < kDeepest<T> ? spec.max_iterations : kDeepest<T>;
  Lanes<T> re = zero, im = zero, u_re = zero, u_im = zero, scale = one;
  for (int step = 0; step < limit; ++step) {
    const LaneMask<T> inside = mul_add(im, im, re * re) <= bailout;
    if (!any(inside)) break;
    const Lanes<T> next_scale = scale * half;
    const Lanes<T> next_u_re = mul_add(re, u_re, neg_mul_add(im, u_im, next_scale));
    const Lanes<T> next_u_im = mul_add(re, u_im, im * u_re);
    const Lanes<T> next_re = mul_add(re, re, neg_mul_add(im, im, c_re));
    const Lanes<T> next_im = mul_add(re + re, im, c_im);
    scale = select(inside, next_scale, scale);
    u_re = select(inside, next_u_re, u_re);
    u_im = select(inside, next_u_im, u_im);
    re = select(inside, next_re, re);
    im = select(inside, next_im, im);
  }
  const Lanes<T> norm = mul_add(im, im, re * re);
  const auto p = math::saturate_potential(half * log(max(norm, bailout)) * scale, spec.level);
  const Lanes<T> pull = p.slope / norm;
  by_re = pull * mul_add(u_re, re, u_im * im);
  by_im = pull * neg_mul_add(u_im, re, u_re * im);
  const LaneMask<T> sound = (norm > bailout) & is_finite(by_re) & is_finite(by_im);
  chi = select(sound, p.value, one);
  by_re = keep(sound, by_re);
  by_im = keep(sound, by_im);
}

/// `count` frames, c = (drawn[0], drawn[1]) of each row; chi [count], gradient rows of 2.
template <class T>
void connect_frames(const ConnectednessSpec& spec, const T* drawn, std::int64_t stride, std::int64_t count, T* chi,
                    T* gradient, std::int64_t gradient_stride) {
  for (std::int64_t first = 0; first < count; first += kLanes) {
    const int frames = count - first < kLanes ? static_cast<int>(count - first) : kLanes;
    alignas(64) T c_re[kLanes] = {}, c_im[kLanes] = {}, value[kLanes], by_re[kLanes], by_im[kLanes];
    for (int l = 0; l < frames; ++l) {
      c_re[l] = drawn[(first + l) * stride];
      c_im[l] = drawn[(first + l) * stride + 1];
    }
    Lanes<T> v, r, i;
    connect(spec, load(c_re), load(c_im), v, r, i);
    store(value, v);
    store(by_re, r);
    store(by_im, i);
    for (int l = 0; l < frames; ++l) {
      chi[first + l] = value[l];
      gradient[(first + l) * gradient_stride] = by_re[l];
      gradient[(first + l) * gradient_stride + 1] = by_im[l];
    }
  }
}

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
