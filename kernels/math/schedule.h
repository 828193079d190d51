// The learning rate over a run: a short warm-up, then a cosine down to a twentieth.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

#include "core/annotate.h"
#include "stages/schedule.h"

namespace fractalsync::math {

inline constexpr std::int64_t kWarmUpSteps = 20;
inline constexpr double kFinalRate = 0.05;  ///< of the full rate

/// Rate of step `step` (from 0).
FS_FORMULA float learning_rate(const ScheduleSpec& run, std::int64_t step) {
  const double begun = static_cast<double>(step + 1) / kWarmUpSteps;
  const double warm = begun < 1.0 ? begun : 1.0;
  const double progress = static_cast<double>(step) / static_cast<double>(run.total_steps > 1 ? run.total_steps : 1);
  const double cosine = 0.5 * (1 + std::cos(std::numbers::pi * progress));
  return static_cast<float>(run.full_rate * warm * (kFinalRate + (1 - kFinalRate) * cosine));
}

/// Moves the state on to the next step.
FS_FORMULA StepState begin_step(const ScheduleSpec& run, const StepState& before) {
  return {before.next + 1, before.next, learning_rate(run, before.next)};
}

}  // namespace fractalsync::math
