// What must not change the network's numbers by a bit (threads, instruction set, copied windows), what dropout does,
// and what is refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "math/mlp.h"
#include "support/compare.h"
#include "support/isas.h"
#include "support/mlp_run.h"

namespace fractalsync::test {
namespace {

const MlpSpec kRegularised{.input = 60, .hidden = {128, 250, 70, 33}, .batch_norm = true, .dropout = 0.2f};
const MlpSpec kDropoutOnly{.input = 60, .hidden = {128, 250, 33}, .dropout = 0.3f};

MlpResult step(const MlpSpec& spec, const MlpBatch& batch, int threads, const std::string& isa = "") {
  MlpRun run(spec, 3, threads, isa);
  return run.step(batch, random_floats(4, batch.rows() * kOutputs, -1, 1));
}

void expect_same_bytes(const MlpResult& a, const MlpResult& b) {
  EXPECT_TRUE(all_equal_bytes(a.logits, b.logits));
  EXPECT_TRUE(all_equal_bytes(a.statistics, b.statistics));
  EXPECT_TRUE(all_equal_bytes(a.gradient, b.gradient));
  EXPECT_TRUE(all_equal_bytes(a.grad_windows, b.grad_windows));
}

class MlpInvariance : public testing::TestWithParam<MlpSpec> {};

TEST_P(MlpInvariance, ThreadsDoNotShow) {
  const MlpBatch batch = random_batch(1, 6, 10, 3, 37);
  const MlpResult alone = step(GetParam(), batch, 1);
  for (const int threads : {2, 3, 5}) {
    SCOPED_TRACE(threads);
    expect_same_bytes(step(GetParam(), batch, threads), alone);
  }
}

TEST_P(MlpInvariance, InstructionSetsWithFusedMultiplyAddAgree) {
  const std::vector<std::string> isas = cpu_isas();
  if (isas.size() < 3) GTEST_SKIP() << "fewer than two instruction sets with fused multiply-add here";
  const MlpBatch batch = random_batch(1, 6, 10, 3, 37);
  expect_same_bytes(step(GetParam(), batch, 1, isas[1]), step(GetParam(), batch, 1, isas[2]));
}

TEST_P(MlpInvariance, WindowsInPlaceEqualCopiedOnes) {
  for (const std::string& isa : cpu_isas()) {
    SCOPED_TRACE(isa);
    const MlpBatch batch = random_batch(2, 6, 10, 4, 21);
    expect_same_bytes(step(GetParam(), batch, 1, isa), step(GetParam(), copied_windows(batch), 1, isa));
  }
}

// A row's logits do not depend on its place in a batch of any size (no batch statistics in inference).
TEST_P(MlpInvariance, RowsOfAnyBatchSizeAgree) {
  const MlpBatch all = copied_windows(random_batch(5, 6, 10, 1, 131));
  MlpRun run(GetParam(), 3);
  const std::vector<float> expected = run.forward(all, MlpMode::inference);
  for (const int rows : {1, 2, 7, 48, 49, 131}) {
    SCOPED_TRACE(rows);
    MlpBatch last = all;  // the last rows of the batch
    last.starts = {131 - rows};
    last.length = rows;
    EXPECT_TRUE(all_equal_bytes(run.forward(last, MlpMode::inference),
                                View<const float>(expected).subview((131 - rows) * kOutputs, rows * kOutputs)));
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, MlpInvariance, testing::Values(kRegularised, kDropoutOnly),
                         [](const auto& test) { return test.param.batch_norm ? "batch_norm" : "dropout_only"; });

TEST(Mlp, NoRowsGiveAZeroGradient) {
  MlpBatch batch = random_batch(1, 6, 10, 2, 0);
  const MlpResult result = step(kRegularised, batch, 2);
  EXPECT_TRUE(result.logits.empty());
  EXPECT_EQ(largest_magnitude(View<const float>(result.gradient)), 0);
}

TEST(Mlp, PaddingOfTheGradientIsZero) {
  const MlpResult result = step(kRegularised, random_batch(1, 6, 10, 2, 9), 1);
  std::vector<float> gradient = result.gradient;
  const MlpLayout layout(kRegularised);
  for (const TensorInfo& t : layout.parameters())
    for (std::int64_t r = 0; r < t.rows; ++r) std::fill_n(gradient.begin() + t.offset + r * t.stride, t.cols, 0.0f);
  EXPECT_EQ(largest_magnitude(View<const float>(gradient)), 0);
}

TEST(Mlp, ABrokenInputShowsInItsLogits) {
  MlpRun run({.input = 60}, 3);
  MlpBatch batch = random_batch(1, 60, 1, 1, 4);
  const std::size_t first = static_cast<std::size_t>(batch.starts[0]) * 60;
  batch.frames[first + 60 + 17] = NAN;  // row 1
  const std::vector<float> logits = run.forward(batch, MlpMode::inference);
  for (std::size_t i = 0; i < logits.size(); ++i) EXPECT_EQ(std::isnan(logits[i]), i / kOutputs == 1) << i;
}

TEST(Mlp, RefusesWindowsOfAnotherWidth) {
  MlpRun run({.input = 60}, 3);
  try {
    run.forward(random_batch(1, 7, 10, 1, 4), MlpMode::inference);
    FAIL() << "70 features were accepted";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("70"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("60"), std::string::npos) << error.what();
  }
  MlpBatch beyond = random_batch(1, 6, 10, 1, 4);
  beyond.starts[0] = static_cast<std::int64_t>(beyond.frames.size()) / 6 - 12;  // the last window ends a frame too late
  EXPECT_THROW(run.forward(beyond, MlpMode::inference), CheckFailure);
}

TEST(Mlp, RepeatedStepsAllocateNothing) {
  const MlpBatch batch = random_batch(1, 6, 10, 2, 40);
  const std::vector<float> upstream = random_floats(4, batch.rows() * kOutputs, -1, 1);
  MlpRun run(kRegularised, 3, 2);
  MlpResult result = run.step(batch, upstream);
  std::vector<float> first(run.parameters.size()), second(run.parameters.size()), norm(1);
  const StepAt now(*run.backend, 0, 1e-3f);
  const std::int64_t before = run.backend->memory().allocations();
  for (int i = 1; i <= 3; ++i) {
    result = run.step(batch, upstream);
    run.backend->adamw({}, now.view(), {run.parameters, result.gradient, first, second}, norm);
  }
  EXPECT_EQ(run.backend->memory().allocations(), before);
}

// Which units of which rows one pass has dropped: a dropped one is 0, a kept one is the undropped one's value scaled.
class DropoutMask {
 public:
  DropoutMask(const MlpSpec& spec, const MlpBatch& batch, const DropoutKey& key, std::size_t layer) {
    MlpSpec without = spec;
    without.dropout = 0;
    MlpRun dropping(spec, 3), keeping(without, 3);
    dropping.dropout = key;
    dropping.forward(batch, MlpMode::training);
    keeping.forward(batch, MlpMode::training);
    const std::vector<float> dropped = dropping.activations(batch.rows(), layer),
                             kept = keeping.activations(batch.rows(), layer);
    const float scale = 1 / (1 - spec.dropout);
    for (std::size_t i = 0; i < kept.size(); ++i) {
      if (!(kept[i] > 0)) continue;  // off anyway
      EXPECT_TRUE(dropped[i] == 0 || dropped[i] == kept[i] * scale) << i;
      is_dropped.push_back(dropped[i] == 0);
    }
  }

  double fraction() const {
    return static_cast<double>(std::count(is_dropped.begin(), is_dropped.end(), true)) /
           static_cast<double>(is_dropped.size());
  }

  std::vector<bool> is_dropped;
};

TEST(MlpDropout, DropsTheAskedFractionAfreshEachStep) {
  const MlpBatch batch = random_batch(8, 6, 10, 2, 99);
  const DropoutMask mask(kDropoutOnly, batch, {9, 1}, 0);
  // Binomial: five deviations.
  const double deviation = std::sqrt(0.3 * 0.7 / static_cast<double>(mask.is_dropped.size()));
  EXPECT_LE(std::abs(mask.fraction() - 0.3), 5 * deviation);
  // Two independent masks of this kind agree on 0.3^2 + 0.7^2 = 58 % of the units.
  for (const DropoutKey other : {DropoutKey{9, 2}, DropoutKey{10, 1}}) {
    const DropoutMask another(kDropoutOnly, batch, other, 0);
    double agreeing = 0;
    for (std::size_t i = 0; i < mask.is_dropped.size(); ++i) agreeing += mask.is_dropped[i] == another.is_dropped[i];
    const double n = static_cast<double>(mask.is_dropped.size());
    EXPECT_LE(std::abs(agreeing / n - 0.58), 5 * std::sqrt(0.58 * 0.42 / n));
  }
}

TEST(MlpDropout, FollowsTheWordsOfItsFormula) {
  const MlpBatch batch = random_batch(8, 6, 10, 1, 30);
  const MlpSpec spec{.input = 60, .hidden = {40, 20, 8}, .dropout = 0.5f};
  MlpRun run(spec, 3);
  run.dropout = {1234567890123ull, 77};
  run.forward(batch, MlpMode::training);
  for (const std::size_t layer : {0u, 1u}) {
    const auto stride = static_cast<std::uint64_t>(run.layout.layers()[layer].stride);
    const std::vector<float> units = run.activations(30, layer);
    for (std::uint64_t r = 0; r < 30; ++r)
      for (std::uint64_t c = 0; c < static_cast<std::uint64_t>(run.layout.layers()[layer].out); ++c) {
        const RandomBlock words = math::dropout_words(1234567890123ull, 77, layer, r / 4, c);
        if (uniform_float(words.word[r % 4]) < 0.5f) {
          EXPECT_EQ(units[r * stride + c], 0);
        }
      }
  }
}

TEST(MlpDropout, RestsInInference) {
  const MlpBatch batch = random_batch(8, 6, 10, 1, 30);
  MlpSpec without = kDropoutOnly;
  without.dropout = 0;
  MlpRun dropping(kDropoutOnly, 3), keeping(without, 3);
  EXPECT_TRUE(all_equal_bytes(dropping.forward(batch, MlpMode::inference), keeping.forward(batch, MlpMode::inference)));
}

}  // namespace
}  // namespace fractalsync::test
