// What the books of a step, the choice of its batch and its end ask of their arguments, whichever backend computes them.
// Each throws CheckFailure. What lies in the arrays is the device's, and not looked at here.
#pragma once

#include <cstdint>

#include "core/view.h"
#include "stages/batch.h"
#include "stages/loss.h"
#include "stages/optimizer.h"
#include "stages/schedule.h"

namespace fractalsync {

inline void check_begin_step(View<const StepState> state) { FS_CHECK_EQ(state.size(), 1); }

inline void check_record_step(View<const StepState> now, View<const float> terms, View<const float> norm,
                              Matrix<const float> log) {
  FS_CHECK_EQ(now.size(), 1);
  FS_CHECK_EQ(terms.size(), kLossTerms);
  FS_CHECK_EQ(norm.size(), 1);
  FS_CHECK_EQ(log.cols(), kLossTerms + 1);
  FS_CHECK(log.rows() > 0);
}

inline void check_draw_batch(const StepKey& key, const StartTable& table, View<const std::int64_t> starts,
                             Matrix<const float> phases) {
  FS_CHECK_EQ(key.now.size(), 1);
  FS_CHECK_EQ(starts.size(), phases.rows());
  FS_CHECK(phases.cols() >= 1 && phases.cols() <= kMostPhases);
  FS_CHECK_EQ(table.first_frame.size(), table.last_start.size());
  FS_CHECK(!table.last_start.empty());
}

inline void check_gather_targets(Matrix<const float> frame_targets, View<const std::int64_t> starts, int length,
                                 Matrix<const float> targets) {
  FS_CHECK_EQ(targets.rows(), starts.size() * length);
  FS_CHECK_EQ(targets.cols(), frame_targets.cols());
}

inline void check_adamw(View<const StepState> now, const AdamWState& state, View<const float> norm) {
  const std::int64_t size = state.gradient.size();
  FS_CHECK_EQ(now.size(), 1);
  FS_CHECK_EQ(state.parameters.size(), size);
  FS_CHECK_EQ(state.first_moment.size(), size);
  FS_CHECK_EQ(state.second_moment.size(), size);
  FS_CHECK_EQ(norm.size(), 1);
}

}  // namespace fractalsync
