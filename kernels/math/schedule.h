// The learning rate over a run: a warm-up, then a cosine down to a twentieth.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

#include "core/annotate.h"
#include "math/number.h"
#include "stages/schedule.h"

namespace fractalsync::math {

/// While AdamW's moments are of few gradients its steps are large in all directions, and units die that never come
/// back: one run in fifteen had too few left to tell edges from hue (docs/learning.md). Its memory of 1 / (1 - .999)
/// steps asks for two thousand (Ma and Yarats, "On the adequacy of untuned warmup for adaptive optimization", 2021); a
/// short run can spare a fifth.
inline constexpr double kMostWarmUpSteps = 2000, kWarmUp = 0.2;
inline constexpr double kFinalRate = 0.05;  ///< of the full rate

/// Rate of step `step` (from 0).
FS_FORMULA float learning_rate(const ScheduleSpec& run, std::int64_t step) {
  const double steps = static_cast<double>(run.total_steps > 1 ? run.total_steps : 1);
  const double warm = min(static_cast<double>(step + 1) / min(kWarmUp * steps, kMostWarmUpSteps), 1.0);
  const double progress = static_cast<double>(step) / steps;
  const double cosine = 0.5 * (1 + std::cos(std::numbers::pi * progress));
  return static_cast<float>(run.full_rate * warm * (kFinalRate + (1 - kFinalRate) * cosine));
}

/// Moves the state on to the next step.
FS_FORMULA StepState begin_step(const ScheduleSpec& run, const StepState& before) {
  return {before.next + 1, before.next, learning_rate(run, before.next)};
}

}  // namespace fractalsync::math
