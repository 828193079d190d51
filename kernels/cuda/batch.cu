// The books of a step, and choosing its batch: the same counters as on the CPU, so the same batch to the byte.
#include "cuda/cuda_backend.h"
#include "math/draw.h"
#include "math/schedule.h"
#include "stages/batch_checks.h"

namespace fractalsync::cuda {
namespace {

constexpr int kThreads = 128;

__global__ void begin_step_kernel(ScheduleSpec schedule, StepState* state) {
  *state = math::begin_step(schedule, *state);
}

/// One thread per column of the log.
__global__ void record_step_kernel(const StepState* now, const float* terms, const float* norm, Matrix<float> log) {
  const unsigned column = threadIdx.x;
  log(now->step % log.rows(), column) = column < kLossTerms ? terms[column] : *norm;
}

/// One thread per sequence: draws a start number and finds its track by bisection.
__global__ void draw_batch_kernel(std::uint64_t seed, const StepState* now, View<const std::int64_t> first_frame,
                                  View<const std::int64_t> last_start, View<std::int64_t> starts,
                                  Matrix<float> phases) {
  const std::int64_t q = std::int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  if (q >= starts.size()) return;
  const math::SequenceDraw draw = math::draw_sequence(seed, now->step, q, last_start[last_start.size() - 1]);
  // The first track whose running total is above it.
  std::int64_t low = 0, high = last_start.size() - 1;
  while (low < high) {
    const std::int64_t middle = (low + high) / 2;
    if (draw.start < last_start[middle])
      high = middle;
    else
      low = middle + 1;
  }
  const std::int64_t before = low == 0 ? 0 : last_start[low - 1];
  starts[q] = first_frame[low] + (draw.start - before);
  for (int k = 0; k < kMostPhases; ++k)
    if (k < phases.cols()) phases(q, k) = draw.phase[k];
}

/// One thread per number.
__global__ void gather_targets_kernel(Matrix<const float> frame_targets, const std::int64_t* starts, int length,
                                      Matrix<float> targets) {
  const std::int64_t i = std::int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  if (i >= targets.rows() * targets.cols()) return;
  const std::int64_t row = i / targets.cols(), column = i % targets.cols();
  targets(row, column) = frame_targets(starts[row / length] + row % length, column);
}

}  // namespace

void CudaBackend::begin_step(const ScheduleSpec& schedule, View<StepState> state) {
  check_begin_step(state);
  launch("begin_step", begin_step_kernel, 1, 1, 0, stream_, schedule, state.data());
}

void CudaBackend::record_step(View<const StepState> now, View<const float> terms, View<const float> norm,
                              Matrix<float> log) {
  check_record_step(now, terms, norm, log);
  launch("record_step", record_step_kernel, 1, kLossTerms + 1, 0, stream_, now.data(), terms.data(), norm.data(), log);
}

void CudaBackend::draw_batch(const StepKey& key, const StartTable& table, View<std::int64_t> starts,
                             Matrix<float> phases) {
  check_draw_batch(key, table, starts, phases);
  launch("draw_batch", draw_batch_kernel, blocks_for(starts.size(), kThreads), kThreads, 0, stream_, key.seed,
         key.now.data(), table.first_frame, table.last_start, starts, phases);
}

void CudaBackend::gather_targets(Matrix<const float> frame_targets, View<const std::int64_t> starts, int length,
                                 Matrix<float> targets) {
  check_gather_targets(frame_targets, starts, length, targets);
  launch("gather_targets", gather_targets_kernel, blocks_for(targets.rows() * targets.cols(), kThreads), kThreads, 0,
         stream_, frame_targets, starts.data(), length, targets);
}

}  // namespace fractalsync::cuda
