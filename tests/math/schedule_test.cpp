// The learning rate: up over the first fifth of a run, or two thousand steps, and down to a twentieth by its end.
#include "math/schedule.h"

#include <gtest/gtest.h>

namespace fractalsync {
namespace {

constexpr double kFull = 3e-3;
constexpr std::int64_t kSteps = 1000;
constexpr ScheduleSpec kRun{kFull, kSteps};

TEST(Schedule, WarmsUpOverTheFirstFifth) {
  // A cosine's share of the way at step 100, a tenth of the run, where half of the warm-up is done.
  const double fallen = 0.05 + 0.95 * 0.5 * (1 + std::cos(0.1 * std::numbers::pi));
  EXPECT_NEAR(math::learning_rate(kRun, 99), kFull * 0.5 * fallen, 1e-3 * kFull);
  for (std::int64_t step = 1; step < kSteps / 5; ++step)
    EXPECT_GT(math::learning_rate(kRun, step), math::learning_rate(kRun, step - 1)) << step;
}

TEST(Schedule, WarmsUpALongRunInTwoThousandSteps) {
  const ScheduleSpec run{kFull, 100'000'000};
  EXPECT_NEAR(math::learning_rate(run, 999), kFull / 2, 1e-6 * kFull);
  EXPECT_NEAR(math::learning_rate(run, 1999), kFull, 1e-6 * kFull);
  EXPECT_NEAR(math::learning_rate(run, 4000), kFull, 1e-6 * kFull);
}

TEST(Schedule, FallsToATwentieth) {
  for (std::int64_t step = kSteps / 5; step < kSteps; ++step)
    EXPECT_LT(math::learning_rate(kRun, step), math::learning_rate(kRun, step - 1)) << step;
  EXPECT_NEAR(math::learning_rate(kRun, kSteps), kFull / 20, 1e-6 * kFull);
}

TEST(Schedule, ARunOfOneStepTakesItWhole) { EXPECT_FLOAT_EQ(math::learning_rate({kFull, 1}, 0), kFull); }

}  // namespace
}  // namespace fractalsync
