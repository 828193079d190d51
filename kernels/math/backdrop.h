// What moves behind the set: the slow phases that every look's background has, and the curtains of a classic picture.
#pragma once

#include <cmath>

#include "core/annotate.h"
#include "math/number.h"
#include "stages/display.h"

namespace fractalsync::math {

/// Radians within a turn of 0.
struct LifePhases {
  float phase[4];
};

FS_FORMULA LifePhases life_phases(const DisplaySpec& spec, const DisplayFrame& frame) {
  constexpr double kRates[4] = {0.071, 0.053, 0.089, 0.061};
  LifePhases life{};
  for (int i = 0; i < 4; ++i)
    life.phase[i] = static_cast<float>(
        std::fmod(static_cast<double>(frame.life) * kRates[i] * 2 + static_cast<double>(spec.seed) * (1.7 + 2.3 * i),
                  2 * 3.141592653589793));
  return life;
}

/// Broad waves that bend each other, from -1 to 1. They stand on the screen while the set turns before them; (x, y) is
/// a place on it, half of its shorter side being 1.
///
/// A point and its opposite, which share an orbit, have one value: the waves run over the square of the place, scaled
/// back so that they are no narrower far from the middle than near it. There is no seam: everything is smooth in the
/// place, and a phase's whole turn changes nothing.
template <class Number>
FS_FORMULA Number curtain(const LifePhases& life, Number x, Number y) {
  const auto number = [](double value) { return constant<Number>(value); };
  const auto phase = [&](int i) { return number(static_cast<double>(life.phase[i])); };
  const Number xx = x * x, yy = y * y, scale = number(1.5) / sqrt(number(1) + xx + yy);
  const Number u = scale * (xx - yy), v = number(2) * scale * x * y;
  const Number p = u + number(0.55) * sin(number(1.3) * v + phase(0));
  const Number q = v + number(0.55) * sin(number(1.3) * u + phase(1));
  return number(0.5) * sin(number(1.1) * p + number(0.7) * q + phase(2)) +
         number(0.3) * sin(number(2.3) * q - number(1.1) * p - phase(0)) +
         number(0.2) * sin(number(4.1) * p + number(1.9) * q + phase(3));
}

}  // namespace fractalsync::math
