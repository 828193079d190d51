// Whole training on the device: the same as the CPU's but for rounding, the same bytes every time, and within an epoch
// neither an allocation nor a wait.
#include <cmath>

#include "device/device.h"
#include "host/dataset/loading.h"
#include "host/train/trainer.h"
#include "math/schedule.h"
#include "support/compare.h"
#include "support/features_run.h"
#include "support/made_up_music.h"
#include "support/random.h"
#include "support/sounds.h"

namespace fractalsync::test {
namespace {

constexpr int kSequences = 2, kLength = 8;

/// A small network and small pictures: an emulated step takes a fraction of a second.
struct Training {
  explicit Training(Backend& chosen, bool regularised = false, const Recipe& recipe = {}) : backend(chosen) {
    state.config.recipe = recipe;
    state.config.epochs = 2;
    state.config.batch_size = kSequences * kLength;
    state.config.sequence_length = kLength;
    state.config.recipe.julia.side = 8;
    state.config.recipe.julia.max_iterations = 20;
    state.config.recipe.network.hidden = {24, 16};
    state.config.recipe.network.batch_norm = regularised;
    state.config.recipe.network.dropout = regularised ? 0.2f : 0.0f;
    state.config.recipe.network.input = state.config.window.input();
    state.config.seed = 5;
    state.statistics = statistics_of(tracks);
    initialise_network(state);
  }

  /// The state after `steps` more steps of a trainer made anew.
  void advance(int steps) {
    Trainer trainer(backend, {.training = as_recorded(tracks), .varied = {}, .validation = {}}, state, bytes_in_memory);
    for (int i = 0; i < steps; ++i) trainer.step();
    state = trainer.snapshot();
  }

  Backend& backend;
  std::vector<TrackFeatures> tracks = {made_up_track(1, 150)};
  TrainingState state;
  std::int64_t bytes_in_memory = kMusicInMemory;
};

class DeviceTraining : public DeviceTest {};

TEST_P(DeviceTraining, ItsMusicIsMeasuredOnTheDevice) {
  const TemporaryFolder folder;
  const std::vector<float> samples = random_floats(9, 11 * kHop + 77, -0.5f, 0.5f);
  write_sound(folder / "a.wav", SoundFormat::wav_float, kSampleRate, 1, samples);
  LoadOptions options;
  options.threads = 2;
  std::vector<std::vector<float>> loaded(2);
  load_features(*device, {folder / "a.wav", folder / "a.wav"}, options,
                [&](std::size_t file, std::vector<float> raw) { loaded[file] = std::move(raw); });
  const FileFeatures expected = run_features(*device, samples, FeatureSpec{}.mel_floor);
  for (const std::vector<float>& raw : loaded) EXPECT_TRUE(all_equal_bytes(raw, expected.raw));
}

void expect_a_step_agrees(Backend& device, Backend& cpu, bool regularised, const Recipe& recipe) {
  Training here(device, regularised, recipe), there(cpu, regularised, recipe);
  here.advance(1);
  there.advance(1);
  // AdamW's first step moves every parameter by the learning rate in its gradient's direction, but for gradients near
  // its epsilon of 1e-8, where rounding decides: those few may differ by two steps.
  const TrainConfig& config = there.state.config;
  const double step = math::learning_rate({config.learning_rate, config.epochs * there.state.steps_per_epoch}, 0);
  const std::vector<float>&a = here.state.parameters, &b = there.state.parameters;
  std::size_t apart = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ASSERT_LE(std::abs(static_cast<double>(a[i]) - b[i]), 2 * step * 1.001);
    apart += std::abs(static_cast<double>(a[i]) - b[i]) > 0.02 * step ? 1 : 0;
  }
  EXPECT_LE(apart, a.size() / 50);
  for (int k = 0; k < kLossTerms; ++k) {
    const double expected = there.state.unfinished.terms[k];
    EXPECT_LE(std::abs(here.state.unfinished.terms[k] - expected), 1e-3 * std::abs(expected) + 1e-5)
        << kLossTermNames[k];
  }
}

TEST_P(DeviceTraining, AStepAgreesWithTheCpu) {
  for (const bool regularised : {false, true}) expect_a_step_agrees(*device, *cpu, regularised, {});
}

TEST_P(DeviceTraining, AStepOfTheAtlasAgreesWithTheCpu) { expect_a_step_agrees(*device, *cpu, false, atlas_recipe()); }

TEST_P(DeviceTraining, ResumesBitForBit) {
  Training unbroken(*device, true), broken(*device, true);
  unbroken.advance(5);
  broken.advance(2);
  broken.advance(3);
  EXPECT_TRUE(all_equal_bytes(unbroken.state.parameters, broken.state.parameters));
  EXPECT_TRUE(all_equal_bytes(unbroken.state.second_moment, broken.state.second_moment));
  EXPECT_TRUE(all_equal_bytes(unbroken.state.running_statistics, broken.state.running_statistics));
}

TEST_P(DeviceTraining, DoesNotDependOnWhetherItsMusicFits) {
  for (const Recipe& recipe : {Recipe{}, atlas_recipe()}) {
    Training fits(*device, false, recipe), does_not(*device, false, recipe);
    does_not.bytes_in_memory = 0;
    fits.advance(4);
    does_not.advance(4);
    EXPECT_TRUE(all_equal_bytes(does_not.state.parameters, fits.state.parameters));
    EXPECT_TRUE(all_equal_bytes(does_not.state.second_moment, fits.state.second_moment));
  }
}

/// Steps of a run, recorded and replayed.
void expect_steps_neither_allocate_nor_wait(Backend& backend, bool regularised, const Recipe& recipe = {}) {
  const Training training(backend, regularised, recipe);
  SequenceSource source(backend, training.state.config.window, training.state.statistics, as_recorded(training.tracks),
                        {kSequences, kLength}, 5);
  Network network(backend, training.state);
  TrainingStep step(backend, training.state.config.recipe, {1e-3, 1000}, network, source, 0, 4);
  step.run();  // scratch grows to size
  step.run();  // recorded
  const std::int64_t allocations = backend.memory().allocations(), waits = backend.synchronizations();
  for (int i = 0; i < 3; ++i) step.run();
  EXPECT_EQ(backend.memory().allocations(), allocations);
  EXPECT_EQ(backend.synchronizations(), waits);
  const Matrix<const float> log = step.log();
  for (const float value : to_host(backend, View<const float>(log.data(), log.rows() * log.cols())))
    EXPECT_TRUE(std::isfinite(value));
}

TEST_P(DeviceTraining, StepsNeitherAllocateNorWait) {
  expect_steps_neither_allocate_nor_wait(*device, false);
  expect_steps_neither_allocate_nor_wait(*device, false, atlas_recipe());
}

// With batch norm the network does not go through one kernel; its second layer is wide enough.
TEST_P(DeviceTraining, StepsByCublasLtNeitherAllocateNorWait) {
  CudaOptions options;
  options.wide_layer = 16;
  expect_steps_neither_allocate_nor_wait(*make_device_backend(GetParam(), options), true);
}

INSTANTIATE_TEST_SUITE_P(Seeds, DeviceTraining, testing::ValuesIn(device_seeds()));

}  // namespace
}  // namespace fractalsync::test
