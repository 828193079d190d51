// Where in a run a step stands: its number, its learning rate, and the row its results go to. All of it lives in backend
// memory, so that a whole step can be recorded once and replayed without the host telling it anything.
#pragma once

#include <cstdint>

#include "core/view.h"

namespace fractalsync {

/// The run that the steps belong to.
struct ScheduleSpec {
  double full_rate = 0;           ///< learning rate after the warm-up
  std::int64_t total_steps = 0;
};

/// One per training step, in backend memory. `begin_step` moves it on; stages only read it.
struct StepState {
  std::int64_t next = 0;    ///< number of the step that begin_step begins next, from 0: set this to start or resume
  std::int64_t step = 0;    ///< number of the step being done
  float learning_rate = 0;  ///< of that step
};

/// Identifies the random numbers of a step: they are drawn by counter from (seed, step), never stored.
struct StepKey {
  std::uint64_t seed = 0;
  View<const StepState> now;  ///< [1]
};

}  // namespace fractalsync
