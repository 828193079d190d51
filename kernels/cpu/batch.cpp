// The books of a step, and choosing its batch: by counter, so that any device and any resumed run draws the same one.
#include <algorithm>

#include "cpu/cpu_backend.h"
#include "math/draw.h"
#include "math/schedule.h"
#include "stages/batch_checks.h"

namespace fractalsync::cpu {

void CpuBackend::begin_step(const ScheduleSpec& schedule, View<StepState> state) {
  check_begin_step(state);
  state[0] = math::begin_step(schedule, state[0]);
}

void CpuBackend::record_step(View<const StepState> now, View<const float> terms, View<const float> norm,
                             Matrix<float> log) {
  check_record_step(now, terms, norm, log);
  float* row = log.row(now[0].step % log.rows());
  std::copy_n(terms.data(), kLossTerms, row);
  row[kLossTerms] = norm[0];
}

void CpuBackend::draw_batch(const StepKey& key, const StartTable& table, View<std::int64_t> starts,
                            Matrix<float> phases) {
  check_draw_batch(key, table, starts, phases);
  const std::int64_t total = table.last_start[table.last_start.size() - 1];
  FS_CHECK(total > 0 && total <= std::int64_t{0xffffffff});
  for (std::int64_t q = 0; q < starts.size(); ++q) {
    const math::SequenceDraw draw = math::draw_sequence(key.seed, key.now[0].step, q, total);
    const std::int64_t track =
        std::upper_bound(table.last_start.begin(), table.last_start.end(), draw.start) - table.last_start.begin();
    const std::int64_t before = track == 0 ? 0 : table.last_start[track - 1];
    starts[q] = table.first_frame[track] + (draw.start - before);
    std::copy_n(draw.phase, phases.cols(), phases.row(q));
  }
}

void CpuBackend::gather_targets(Matrix<const float> frame_targets, View<const std::int64_t> starts, int length,
                                Matrix<float> targets) {
  check_gather_targets(frame_targets, starts, length, targets);
  for (std::int64_t q = 0; q < starts.size(); ++q) {
    FS_CHECK(starts[q] >= 0 && starts[q] + length <= frame_targets.rows());
    for (std::int64_t i = 0; i < length; ++i)
      std::copy_n(frame_targets.row(starts[q] + i), targets.cols(), targets.row(q * length + i));
  }
}

}  // namespace fractalsync::cpu
