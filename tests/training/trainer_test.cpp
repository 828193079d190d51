// The trainer's promises: reproducible to the byte, resumable anywhere, no allocation in a step.
#include "host/train/trainer.h"

#include <gtest/gtest.h>

#include <set>

#include "support/compare.h"
#include "support/made_up_music.h"

namespace fractalsync {
namespace {

struct Fixture {
  std::vector<TrackFeatures> tracks = {test::made_up_track(1, 400), test::made_up_track(2, 300),
                                       test::made_up_track(3, 350)};
  TrainConfig config;

  Fixture() {
    config.epochs = 3;
    config.batch_size = 64;
    config.sequence_length = 32;
    config.recipe.julia.side = 16;
    config.recipe.network.hidden = {24, 16};
    config.seed = 5;
  }

  TrainingState fresh() const {
    TrainingState state;
    state.config = config;
    state.config.recipe.network.input = config.window.input();
    state.statistics = test::statistics_of({tracks[0], tracks[1]});
    initialise_network(state);
    return state;
  }
};

/// Runs `steps` steps (all when negative) and returns the state.
TrainingState advance(Backend& backend, const Fixture& fixture, TrainingState state, int steps,
                      std::int64_t bytes_in_memory = kMusicInMemory) {
  const std::vector<TrackVersion> tracks = as_recorded(fixture.tracks);
  Trainer trainer(backend, {.training = {tracks[0], tracks[1]}, .varied = {}, .validation = {tracks[2]}},
                  std::move(state), bytes_in_memory);
  while (!trainer.finished() && steps-- != 0) trainer.step();
  return trainer.snapshot();
}

void expect_same(const TrainingState& a, const TrainingState& b) {
  EXPECT_TRUE(test::all_equal_bytes(a.parameters, b.parameters));
  EXPECT_TRUE(test::all_equal_bytes(a.first_moment, b.first_moment));
  EXPECT_TRUE(test::all_equal_bytes(a.second_moment, b.second_moment));
  EXPECT_TRUE(test::all_equal_bytes(a.running_statistics, b.running_statistics));
  EXPECT_EQ(a.next_step, b.next_step);
  EXPECT_EQ(a.best_score, b.best_score);
  ASSERT_EQ(a.history.size(), b.history.size());
  for (std::size_t i = 0; i < a.history.size(); ++i) {
    EXPECT_EQ(a.history[i].terms[kTotalLoss], b.history[i].terms[kTotalLoss]);
    EXPECT_EQ(a.history[i].gradient_norm, b.history[i].gradient_norm);
    EXPECT_EQ(a.history[i].validation.has_value(), b.history[i].validation.has_value());
  }
}

TEST(Trainer, ResumesBitForBitFromAnyStep) {
  for (const bool batch_norm : {false, true}) {
    Fixture fixture;
    fixture.config.recipe.network.batch_norm = batch_norm;
    fixture.config.recipe.network.dropout = batch_norm ? 0.2f : 0.0f;
    const auto backend = make_cpu_backend(2);
    const TrainingState unbroken = advance(*backend, fixture, fixture.fresh(), -1);
    ASSERT_EQ(unbroken.finished_epochs, 3);
    for (const int cut : {1, 7, 10, 13, 25}) {
      SCOPED_TRACE(cut);
      const TrainingState half = advance(*backend, fixture, fixture.fresh(), cut);
      EXPECT_EQ(half.next_step, cut);
      expect_same(advance(*backend, fixture, half, -1), unbroken);
      // On a machine with less memory.
      if (cut == 13) expect_same(advance(*backend, fixture, half, -1, 0), unbroken);
    }
  }
}

TEST(Trainer, DoesNotDependOnTheNumberOfThreads) {
  const Fixture fixture;
  const auto one = make_cpu_backend(1);
  const TrainingState expected = advance(*one, fixture, fixture.fresh(), -1);
  for (const int threads : {2, 3}) {
    const auto more = make_cpu_backend(threads);
    expect_same(advance(*more, fixture, fixture.fresh(), -1), expected);
  }
}

TEST(Trainer, AStepAllocatesNothing) {
  Fixture fixture;
  fixture.config.epochs = 1000;
  for (const bool batch_norm : {false, true}) {
    fixture.config.recipe.network.batch_norm = batch_norm;
    const auto backend = make_cpu_backend(2);
    const TrainingState state = fixture.fresh();
    SequenceSource source(*backend, state.config.window, state.statistics, as_recorded(fixture.tracks), {2, 32}, 5);
    Network network(*backend, state);
    TrainingStep step(*backend, state.config.recipe, {1e-3, 1000}, network, source, 0, 8);
    step.run();
    step.run();
    const std::int64_t before = backend->memory().allocations();
    for (int n = 2; n < 20; ++n) step.run();
    EXPECT_EQ(backend->memory().allocations(), before);
  }
}

TEST(Trainer, RefusesOtherMusicOnResume) {
  Fixture fixture;
  const auto backend = make_cpu_backend(1);
  const TrainingState half = advance(*backend, fixture, fixture.fresh(), 5);
  fixture.tracks[0] = test::made_up_track(1, 4000);
  EXPECT_THROW(advance(*backend, fixture, half, -1), Error);
}

TEST(Trainer, CutsBatchesIntoSequences) {
  const auto shape = [](int batch, int length, std::int64_t longest) {
    TrainConfig config;
    config.batch_size = batch;
    config.sequence_length = length;
    const BatchShape s = batch_shape(config, longest);
    return std::pair(s.sequences, s.length);
  };
  EXPECT_EQ(shape(256, 128, 10000), std::pair(2, 128));
  EXPECT_EQ(shape(32, 128, 10000), std::pair(1, 32));
  EXPECT_EQ(shape(300, 128, 10000), std::pair(2, 128));
  EXPECT_EQ(shape(256, 128, 50), std::pair(2, 50));
  EXPECT_THROW(shape(256, 128, 7), Error);
  EXPECT_THROW(shape(1, 128, 1000), Error);
}

TEST(ValidationSplit, HoldsOutWholeFilesBySeed) {
  for (const std::size_t files : {2u, 3u, 10u, 41u})
    for (const double fraction : {0.01, 0.2, 0.5, 0.9}) {
      const std::vector<bool> chosen = choose_validation_files(files, fraction, 3);
      const auto count = static_cast<std::size_t>(std::count(chosen.begin(), chosen.end(), true));
      EXPECT_GE(count, 1u);
      EXPECT_LT(count, files);
      EXPECT_EQ(chosen, choose_validation_files(files, fraction, 3));
    }
  EXPECT_EQ(choose_validation_files(1, 0.5, 3), std::vector<bool>{false});
  EXPECT_EQ(choose_validation_files(3, 0, 3), (std::vector<bool>{false, false, false}));
  std::set<std::vector<bool>> different;
  for (std::uint64_t seed = 0; seed < 20; ++seed) different.insert(choose_validation_files(10, 0.3, seed));
  EXPECT_GT(different.size(), 10u);
}

}  // namespace
}  // namespace fractalsync
