// The books of a step and the choice of its batch: equal on both backends, to the byte.
#include "device/device.h"
#include "math/schedule.h"
#include "support/compare.h"
#include "support/random.h"
#include "support/step_at.h"

namespace fractalsync::test {
namespace {

class DeviceBatch : public DeviceTest {};

TEST_P(DeviceBatch, DrawsWhatTheCpuDraws) {
  const std::vector<std::int64_t> first = {0, 50, 200, 1000}, last = {3, 4, 10, 500};
  for (const std::int64_t sequences : {0, 1, 2, 129, 300})
    for (const std::int64_t step : {0, 7, 123456}) {
      SCOPED_TRACE(std::to_string(sequences) + ", " + std::to_string(step));
      const auto draw = [&](Backend& backend) {
        Array<std::int64_t> first_frame(backend, first), last_start(backend, last), starts(backend, sequences);
        Array<float> phases(backend, 2 * sequences);
        backend.draw_batch(StepAt(backend, step).key(42), {first_frame.view(), last_start.view()}, starts.view(),
                           phases.matrix(2));
        return std::pair(starts.host(), phases.host());
      };
      const auto [starts, phases] = draw(*device);
      const auto [expected_starts, expected_phases] = draw(*cpu);
      EXPECT_EQ(starts, expected_starts);
      EXPECT_TRUE(all_equal_bytes(phases, expected_phases));
    }
}

TEST_P(DeviceBatch, GathersWhatTheCpuGathers) {
  const std::vector<float> all = random_floats(1, 400 * kTargets, -1, 1);
  const std::vector<std::int64_t> begins = {3, 380, 0};
  const auto gather = [&](Backend& backend) {
    Array<float> frames(backend, all), targets(backend, 3 * 17 * kTargets);
    Array<std::int64_t> starts(backend, begins);
    backend.gather_targets(frames.matrix(kTargets), starts.view(), 17, targets.matrix(kTargets));
    return targets.host();
  };
  EXPECT_TRUE(all_equal_bytes(gather(*device), gather(*cpu)));
}

TEST_P(DeviceBatch, KeepsTheBooksOfARun) {
  const ScheduleSpec schedule{3e-3, 200};
  Array<StepState> state(*device, std::vector<StepState>{{.next = 98}});
  std::vector<float> terms(kLossTerms);
  for (int k = 0; k < kLossTerms; ++k) terms[static_cast<std::size_t>(k)] = static_cast<float>(k) + 0.5f;
  Array<float> device_terms(*device, terms), norm(*device, std::vector<float>{7}),
      log(*device, std::vector<float>(5 * (kLossTerms + 1)));
  for (std::int64_t step = 98; step < 102; ++step) {
    device->begin_step(schedule, state.view());
    device->record_step(state.view(), device_terms.view(), norm.view(), log.matrix(kLossTerms + 1));
    const StepState now = state.host().front();
    EXPECT_EQ(now.step, step);
    EXPECT_EQ(now.next, step + 1);
    // A cosine in double, rounded to single.
    const float expected = math::learning_rate(schedule, step);
    EXPECT_LE(std::abs(now.learning_rate - expected), 0x1p-23f * expected);
  }
  terms.push_back(7);
  const std::vector<float> rows = log.host();
  for (std::size_t row = 0; row < 5; ++row)
    for (std::size_t k = 0; k < terms.size(); ++k)
      EXPECT_EQ(rows[row * terms.size() + k], row == 2 ? 0 : terms[k]) << row << ", " << k;  // 98 ... 101 are 3 4 0 1
}

INSTANTIATE_TEST_SUITE_P(Seeds, DeviceBatch, testing::ValuesIn(device_seeds()));

}  // namespace
}  // namespace fractalsync::test
