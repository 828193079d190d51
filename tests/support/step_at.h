// The state of one training step, in a backend's memory.
#pragma once

#include "backend.h"

namespace fractalsync::test {

class StepAt {
 public:
  /// In step number `step` (from 0).
  StepAt(Backend& backend, std::int64_t step, float learning_rate = 0) : state_(backend.memory(), 1) {
    const StepState now{step + 1, step, learning_rate};
    upload<StepState>(backend, {&now, 1}, state_.view());
  }

  View<const StepState> view() const { return state_.view(); }
  StepKey key(std::uint64_t seed) const { return {seed, view()}; }

 private:
  Buffer<StepState> state_;
};

}  // namespace fractalsync::test
