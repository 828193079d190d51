// The plain escape-time image, in double: the picture from which the honest metrics are computed.
//
// Products and sums are rounded one by one, as an interpreter of array expressions would, so that the image equals the
// original's. No lane is held back when it escapes: what it does later is not counted. Pixel P - 1 - k is pixel k's
// negative, up to the last bit of its position, and gets the same value.
#pragma once

#include <cstdint>

#include "cpu/julia_planes.h"
#include "cpu/lanes.h"
#include "stages/julia.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {

/// Iterations of 16 * kGroups pixels whose positions are in re, im.
template <int kGroups>
FS_LANES void count_iterations(const EscapeTimeView& view, int max_iterations, Lanes<double>* re, Lanes<double>* im,
                               Lanes<double>* iterations) {
  const Lanes<double> c_re = fill(view.c_re), c_im = fill(view.c_im), four = fill(4.0), one = fill(1.0);
  LaneMask<double> bounded[kGroups];
  for (int g = 0; g < kGroups; ++g) {
    bounded[g] = four <= four;
    iterations[g] = zeros<double>();
  }
  for (int step = 0; step < max_iterations; ++step) {
    for (int g = 0; g < kGroups; ++g) {
      const Lanes<double> xx = re[g] * re[g], yy = im[g] * im[g], xy = re[g] * im[g];
      bounded[g] = bounded[g] & (xx + yy <= four);
      iterations[g] = select(bounded[g], iterations[g] + one, iterations[g]);
      re[g] = (xx - yy) + c_re;
      im[g] = (xy + xy) + c_im;
    }
    LaneMask<double> left = bounded[0];
    for (int g = 1; g < kGroups; ++g) left = left | bounded[g];
    if (!any(left)) return;
  }
}

/// `shade` has max_iterations + 1 entries: the pixel's value by its iterations.
inline void escape_time_image(const EscapeTimeSpec& spec, const EscapeTimeView& view, const std::uint8_t* shade,
                              std::uint8_t* image) {
  constexpr int kGroups = 2;
  constexpr int kPixels = kGroups * kLanes;
  const std::int64_t pixels = std::int64_t{spec.side} * spec.side, half = (pixels + 1) / 2;
  for (std::int64_t first = 0; first < half; first += kPixels) {
    alignas(64) double x[kPixels], y[kPixels];
    const std::int64_t here = half - first < kPixels ? half - first : kPixels;
    for (std::int64_t l = 0; l < kPixels; ++l) {
      const std::int64_t k = first + (l < here ? l : here - 1), row = k / spec.side, column = k % spec.side;
      x[l] = column == spec.side - 1 ? view.reach : static_cast<double>(column) * view.pitch - view.reach;
      y[l] = row == spec.side - 1 ? view.reach : static_cast<double>(row) * view.pitch - view.reach;
    }
    Lanes<double> re[kGroups], im[kGroups], iterations[kGroups];
    for (int g = 0; g < kGroups; ++g) {
      const Lanes<double> px = load(x + g * kLanes), py = load(y + g * kLanes);
      re[g] = px * fill(view.rotation_re) - py * fill(view.rotation_im);
      im[g] = px * fill(view.rotation_im) + py * fill(view.rotation_re);
    }
    count_iterations<kGroups>(view, spec.max_iterations, re, im, iterations);
    for (int g = 0; g < kGroups; ++g) store(x + g * kLanes, iterations[g]);
    for (std::int64_t l = 0; l < here; ++l)
      image[first + l] = image[pixels - 1 - first - l] = shade[static_cast<int>(x[l])];
  }
}

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
