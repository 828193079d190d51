// The plain escape-time image in vectors of pixels (math/escape_time.h has the formulas).
#pragma once

#include <cstdint>

#include "cpu/julia_planes.h"
#include "cpu/lanes.h"
#include "math/escape_time.h"
#include "math/trap.h"
#include "stages/julia.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {

/// 16 * kGroups pixels until it is known of each how many iterations it is bounded for.
template <int kGroups, class Orbit>
FS_LANES void count_iterations(const math::EscapeTimeView& view, const math::Trap<double>& trap, int max_iterations,
                               Orbit (&orbit)[kGroups]) {
  const Lanes<double> c_re = fill(view.c_re), c_im = fill(view.c_im);
  for (int step = 1; step <= max_iterations; ++step) {
    for (Orbit& o : orbit) o.step(c_re, c_im);
    if (step % kTrapSteps == 0)
      for (Orbit& o : orbit) {
        const Lanes<double> re = o.re - fill(trap.re), im = o.im - fill(trap.im);
        const LaneMask<double> trapped = o.bounded & (mul_add(im, im, re * re) < fill(trap.squared));
        o.iterations = select(trapped, fill(static_cast<double>(max_iterations)), o.iterations);
        o.bounded = o.bounded ^ trapped;
      }
    LaneMask<double> left = orbit[0].bounded;
    for (int g = 1; g < kGroups; ++g) left = left | orbit[g].bounded;
    if (!any(left)) return;
  }
}

/// `shade` has max_iterations + 1 entries: the pixel's value by its iterations.
inline void escape_time_image(const EscapeTimeSpec& spec, const math::EscapeTimeView& view, const std::uint8_t* shade,
                              std::uint8_t* image) {
  constexpr int kGroups = 2;
  constexpr int kPixels = kGroups * kLanes;
  const std::int64_t pixels = std::int64_t{spec.side} * spec.side, half = (pixels + 1) / 2;
  const math::Trap<double> trap = math::find_trap<double>(view.c_re, view.c_im);
  for (std::int64_t first = 0; first < half; first += kPixels) {
    alignas(64) double x[kPixels], y[kPixels];
    const std::int64_t here = half - first < kPixels ? half - first : kPixels;
    for (std::int64_t l = 0; l < kPixels; ++l) {
      const std::int64_t k = first + (l < here ? l : here - 1), row = k / spec.side, column = k % spec.side;
      x[l] = math::escape_time_position(view, column, spec.side);
      y[l] = math::escape_time_position(view, row, spec.side);
    }
    math::EscapeTimeOrbit<Lanes<double>, LaneMask<double>> orbit[kGroups];
    for (int g = 0; g < kGroups; ++g) orbit[g].start(view, load(x + g * kLanes), load(y + g * kLanes));
    count_iterations(view, trap, spec.max_iterations, orbit);
    for (int g = 0; g < kGroups; ++g) store(x + g * kLanes, orbit[g].iterations);
    for (std::int64_t l = 0; l < here; ++l)
      image[first + l] = image[pixels - 1 - first - l] = shade[static_cast<int>(x[l])];
  }
}

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
