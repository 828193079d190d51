// The learning rate over a run: a short warm-up, then a cosine down to a twentieth.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace fractalsync {

inline constexpr std::int64_t kWarmUpSteps = 20;
inline constexpr double kFinalRate = 0.05;  ///< of the full rate

/// Rate of step `step` (from 0) of `total`.
inline float learning_rate(double full, std::int64_t step, std::int64_t total) {
  const double warm = std::min(1.0, static_cast<double>(step + 1) / kWarmUpSteps);
  const double progress = static_cast<double>(step) / static_cast<double>(std::max<std::int64_t>(total, 1));
  const double cosine = 0.5 * (1 + std::cos(std::numbers::pi * progress));
  return static_cast<float>(full * warm * (kFinalRate + (1 - kFinalRate) * cosine));
}

}  // namespace fractalsync
