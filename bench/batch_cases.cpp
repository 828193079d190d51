// The stages without arithmetic to speak of: what begins and ends a step, draws a batch and gathers its targets. Their
// times are those of a launch on a GPU, and of a call on the CPU.
#include <vector>

#include "bench/arrays.h"
#include "bench/case.h"

namespace fractalsync::bench {
namespace {

constexpr ScheduleSpec kSchedule{1e-4, std::int64_t{1} << 40};

/// first, first + apart, ...: `count` of them.
std::vector<std::int64_t> spaced(int count, std::int64_t apart, std::int64_t first = 0) {
  std::vector<std::int64_t> positions;
  for (int k = 0; k < count; ++k) positions.push_back(first + k * apart);
  return positions;
}

Prepared begin_step(Backend& backend, const Sizes& sizes) {
  auto arrays = std::make_shared<Arrays>(backend, sizes.seed);
  const View<StepState> state = arrays->zeros<StepState>(1);
  return {arrays, [=, &backend] { backend.begin_step(kSchedule, state); }, {"step", 1, 0, 2 * sizeof(StepState)}};
}

Prepared record_step(Backend& backend, const Sizes& sizes) {
  auto arrays = std::make_shared<Arrays>(backend, sizes.seed);
  const View<StepState> state = arrays->zeros<StepState>(1);
  const View<float> terms = arrays->zeros(kLossTerms), norm = arrays->zeros(1);
  const Matrix<float> log = arrays->zeros(64, kLossTerms + 1);
  return {arrays,
          [=, &backend] { backend.record_step(state, terms, norm, log); },
          {"step", 1, 0, sizeof(StepState) + 2 * floats(kLossTerms, 1)}};
}

Prepared draw_batch(Backend& backend, const Sizes& sizes) {
  auto arrays = std::make_shared<Arrays>(backend, sizes.seed);
  const View<StepState> state = arrays->zeros<StepState>(1);
  // Ten tracks of a thousand starts each.
  std::vector<std::int64_t> first, last;
  for (std::int64_t k = 0; k < 10; ++k) {
    first.push_back(2000 * k);
    last.push_back(1000 * (k + 1));
  }
  const View<std::int64_t> first_frame = arrays->copy(first), last_start = arrays->copy(last),
                           starts = arrays->zeros<std::int64_t>(sizes.sequences);
  const Matrix<float> phases = arrays->zeros(sizes.sequences, 1);
  const StepKey key{sizes.seed, state};
  const double n = sizes.sequences;
  return {arrays,
          [=, &backend] {
            backend.draw_batch(key, {first_frame, last_start}, starts, phases);
          },
          {"sequence", n, 0, n * (8 + 4) + 10 * 16}};
}

Prepared gather_targets(Backend& backend, const Sizes& sizes) {
  auto arrays = std::make_shared<Arrays>(backend, sizes.seed);
  const Matrix<float> table = arrays->random(sizes.frames() + 3, kTargets, -1, 1),
                      targets = arrays->zeros(sizes.frames(), kTargets);
  const View<std::int64_t> starts = arrays->copy(spaced(sizes.sequences, sizes.length, 3));
  const int length = sizes.length;
  const double n = static_cast<double>(sizes.frames());
  return {arrays,
          [=, &backend] { backend.gather_targets(table, starts, length, targets); },
          {"frame", n, 0, n * 2 * floats(kTargets)}};
}

}  // namespace

std::vector<Case> batch_cases(const Sizes& sizes) {
  const auto with = [&](auto prepare) { return [sizes, prepare](Backend& b) { return prepare(b, sizes); }; };
  return {{"begin_step", with(begin_step)},
          {"draw_batch/sequences:" + std::to_string(sizes.sequences), with(draw_batch)},
          {"gather_targets/frames:" + std::to_string(sizes.frames()), with(gather_targets)},
          {"record_step", with(record_step)}};
}

}  // namespace fractalsync::bench
