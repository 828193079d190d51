// The critical orbit of every frame's c, for the connectedness term: lanes are frames.
#pragma once

#include <cstdint>

#include "cpu/lanes.h"
#include "cpu/lanes_math.h"
#include "math/julia.h"
#include "stages/julia.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {

/// `count` frames, c = (drawn[0], drawn[1]) of each row; chi [count], gradient rows of 2.
template <class T>
void connect_frames(const ConnectednessSpec& spec, const T* drawn, std::int64_t stride, std::int64_t count, T* chi,
                    T* gradient, std::int64_t gradient_stride) {
  const math::PotentialLevel<T> level = math::potential_level<T>(spec.level);
  for (std::int64_t first = 0; first < count; first += kLanes) {
    const int frames = count - first < kLanes ? static_cast<int>(count - first) : kLanes;
    alignas(64) T c_re[kLanes] = {}, c_im[kLanes] = {}, value[kLanes], by_re[kLanes], by_im[kLanes];
    for (int l = 0; l < frames; ++l) {
      c_re[l] = drawn[(first + l) * stride];
      c_im[l] = drawn[(first + l) * stride + 1];
    }
    const auto chi_lanes = math::connectedness(spec, level, load(c_re), load(c_im));
    store(value, chi_lanes.value);
    store(by_re, chi_lanes.by_re);
    store(by_im, chi_lanes.by_im);
    for (int l = 0; l < frames; ++l) {
      chi[first + l] = value[l];
      gradient[(first + l) * gradient_stride] = by_re[l];
      gradient[(first + l) * gradient_stride + 1] = by_im[l];
    }
  }
}

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
