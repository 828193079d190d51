// Checkpoints: what was saved comes back to the last bit, and nothing else comes back at all.
#include "host/checkpoint/checkpoint.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <zlib.h>

#include <csignal>
#include <cstring>
#include <limits>

#include "core/check.h"
#include "core/rng.h"
#include "host/io/atomic_file.h"
#include "stages/atlas.h"
#include "support/compare.h"
#include "support/random.h"

namespace fractalsync {
namespace {

using test::TemporaryFolder;

/// Random numbers where the layout has tensors, zeros in the padding.
std::vector<float> random_tensors(const std::vector<TensorInfo>& tensors, std::int64_t size, std::uint64_t seed) {
  std::vector<float> flat(static_cast<std::size_t>(size));
  for (const TensorInfo& tensor : tensors) {
    const std::vector<float> values = test::random_floats(seed++, tensor.rows * tensor.cols, -1, 1);
    for (std::int64_t r = 0; r < tensor.rows; ++r)
      std::copy_n(values.data() + r * tensor.cols, tensor.cols, flat.data() + tensor.offset + r * tensor.stride);
  }
  return flat;
}

void fill_arrays(TrainingState& state) {
  const MlpLayout layout(state.config.recipe.network);
  state.parameters = random_tensors(layout.parameters(), layout.parameter_size(), 100);
  state.first_moment = random_tensors(layout.parameters(), layout.parameter_size(), 200);
  state.second_moment = random_tensors(layout.parameters(), layout.parameter_size(), 300);
  state.running_statistics = random_tensors(layout.statistics(), layout.statistics_size(), 400);
}

/// A state in which no field has its default value, around a small network.
TrainingState full_state() {
  TrainingState state;
  TrainConfig& config = state.config;
  config.epochs = 11;
  config.batch_size = 96;
  config.sequence_length = 32;
  config.learning_rate = 0.1;
  config.validation_fraction = 0.3;
  config.seed = 0xfedcba9876543210u;
  config.window = {.frames = 2, .include_delta = true, .include_delta_delta = true};
  config.recipe.network = {.input = 36, .hidden = {5, 17, 3}, .batch_norm = true, .dropout = 0.1f};
  config.recipe.motion = VisualSpec{.log_zoom_limit = 0.5f, .low_pass_c = 0.25f, .low_pass_zoom = 0.35f, .omega = 0.1f};
  config.recipe.julia = {.image = JuliaImage::Q,
                         .side = 24,
                         .max_iterations = 40,
                         .bailout = 128,
                         .half_width = 1.5f,
                         .fade_pixels = 0.5f,
                         .potential_level = 9};
  config.recipe.metrics = {.selection = MetricSelection::all,
                           .edge_threshold = 0.2f,
                           .uniformity_gain = 11,
                           .range_sharpness = 21,
                           .change_rounding = 0.03f};
  config.recipe.connectedness = {.max_iterations = 150, .bailout = 64, .level = 7};
  config.recipe.loss = {.centroid_hue = 2,
                        .flux_change = 3,
                        .rms_change = 4,
                        .zcr_edges = 5,
                        .smoothness = 0.2f,
                        .dull = 6,
                        .connectedness = 7,
                        .edge_visibility = 0.4f,
                        .saturation = 0.05f,
                        .loudness_brightness = 0.2f,
                        .amplitude = 0.3f,
                        .centre = 0.6f,
                        .pace = 0.8f,
                        .smooths = {true, false, true, false, false, true, false},
                        .routes = GradientRoutes::separate,
                        .calibrated = true};
  config.recipe.optimizer = {.beta1 = 0.8f, .beta2 = 0.99f, .epsilon = 1e-7f, .weight_decay = 2e-4f, .clip_norm = 2};
  state.statistics.mean = test::random_floats(1, 18, -3, 3);
  state.statistics.std = test::random_floats(2, 18, 0, 2);
  fill_arrays(state);
  state.parameters[0] = -0.0f;
  state.parameters[1] = std::numeric_limits<float>::denorm_min();
  state.next_step = 5'000'000'123;
  state.steps_per_epoch = 17;
  state.finished_epochs = 2;
  state.unfinished = {.steps = 3,
                      .terms = {1, 2, 3, 4, 5, 6, 7, 8, 9, 0.1},
                      .gradient_norm = 0.7,
                      .validation = Correlations{.pair = {std::nullopt, 0.5, 0.125, -1.0}}};
  for (int epoch = 1; epoch <= 2; ++epoch) {
    EpochRecord record{.epoch = epoch,
                       .steps = 17,
                       .terms = {},
                       .gradient_norm = 1.0 / 3,
                       .learning_rate = 0.02,
                       .validation = std::nullopt};
    for (int k = 0; k < kLossTerms; ++k) record.terms[k] = epoch + 1.0 / (k + 3);
    if (epoch == 2) record.validation = Correlations{.pair = {0.9, std::nullopt, -0.25, 0.0}};
    state.history.push_back(record);
  }
  state.best_score = 0.625;
  state.training_files = {"a.ogg", "folder/\xff not UTF-8.ogg", ""};
  state.validation_files = {"z.ogg"};
  return state;
}

void expect_equal(const TrainingState& actual, const TrainingState& expected) {
  EXPECT_TRUE(test::all_equal_bytes(actual.parameters, expected.parameters));
  EXPECT_TRUE(test::all_equal_bytes(actual.first_moment, expected.first_moment));
  EXPECT_TRUE(test::all_equal_bytes(actual.second_moment, expected.second_moment));
  EXPECT_TRUE(test::all_equal_bytes(actual.running_statistics, expected.running_statistics));
  EXPECT_TRUE(test::all_equal_bytes(actual.statistics.mean, expected.statistics.mean));
  EXPECT_TRUE(test::all_equal_bytes(actual.statistics.std, expected.statistics.std));
  EXPECT_EQ(actual.config.seed, expected.config.seed);
  EXPECT_EQ(actual.config.learning_rate, expected.config.learning_rate);
  EXPECT_EQ(actual.config.window, expected.config.window);
  EXPECT_EQ(actual.config.recipe.network, expected.config.recipe.network);
  EXPECT_EQ(actual.next_step, expected.next_step);
  EXPECT_EQ(actual.best_score, expected.best_score);
  ASSERT_EQ(actual.unfinished.validation.has_value(), expected.unfinished.validation.has_value());
  for (int p = 0; p < kPairs && expected.unfinished.validation; ++p)
    EXPECT_EQ(actual.unfinished.validation->pair[p], expected.unfinished.validation->pair[p]);
  EXPECT_EQ(actual.training_files, expected.training_files);
  EXPECT_EQ(actual.validation_files, expected.validation_files);
  ASSERT_EQ(actual.history.size(), expected.history.size());
  for (std::size_t k = 0; k < expected.history.size(); ++k) {
    ASSERT_EQ(actual.history[k].validation.has_value(), expected.history[k].validation.has_value());
    for (int p = 0; p < kPairs && expected.history[k].validation; ++p)
      EXPECT_EQ(actual.history[k].validation->pair[p], expected.history[k].validation->pair[p]);
  }
  // Writing takes every field (it does not compile otherwise), and none of them has its default here: equal bytes mean
  // that reading brought every field back.
  EXPECT_EQ(checkpoint_bytes(actual), checkpoint_bytes(expected));
}

std::string refusal(const std::string& bytes) {
  try {
    parse_checkpoint(bytes, "a.ckpt");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

/// Gives a changed file the checksum that belongs to it.
std::string with_checksum(std::string bytes) {
  const std::size_t end = bytes.size() - 4;
  const auto sum = static_cast<std::uint32_t>(::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), end));
  std::memcpy(bytes.data() + end, &sum, 4);
  return bytes;
}

TEST(Checkpoint, ComesBackToTheLastBit) {
  const TemporaryFolder folder;
  const TrainingState state = full_state();
  write_checkpoint(folder / "a.ckpt", state);
  expect_equal(read_checkpoint(folder / "a.ckpt"), state);
}

TEST(Checkpoint, HoldsTheAtlasFormulation) {
  TrainingState state = full_state();
  state.config.window = {.frames = 4};
  state.config.recipe.motion = AtlasSpec{.log_zoom_swing = 0.2f,
                                         .low_pass_shape = 0.3f,
                                         .low_pass_color = 0.4f,
                                         .travel = 0.5f,
                                         .omega = 0.6f,
                                         .atlas = kAtlasVersion};
  state.config.recipe.julia.image = JuliaImage::W;
  state.config.recipe.network.input = state.config.window.input();
  state.statistics.mean.resize(6);
  state.statistics.std.resize(6);
  fill_arrays(state);
  const TrainingState back = parse_checkpoint(checkpoint_bytes(state), "a.ckpt");
  expect_equal(back, state);
  EXPECT_EQ(std::get<AtlasSpec>(back.config.recipe.motion), std::get<AtlasSpec>(state.config.recipe.motion));
  std::get<AtlasSpec>(state.config.recipe.motion).atlas = kAtlasVersion + 1;
  EXPECT_NE(
      refusal(checkpoint_bytes(state)).find("version " + std::to_string(kAtlasVersion + 1) + " of the boundary atlas"),
      std::string::npos);
}

// A file of before there was a choice of formulations: the plain one, whose loss has what it had.
TEST(Checkpoint, ReadsThoseOfVersionOne) {
  const TrainingState state = read_checkpoint(test::golden("checkpoint/version1.ckpt"));
  EXPECT_EQ(formulation_of(state.config.recipe.motion), Formulation::plain);
  EXPECT_EQ(std::get<VisualSpec>(state.config.recipe.motion).omega, VisualSpec{}.omega);
  EXPECT_EQ(state.config.recipe.network.input, 60);
  const LossSpec loss = state.config.recipe.loss, now;
  EXPECT_EQ(loss.smoothness, now.smoothness);
  EXPECT_EQ(loss.amplitude, 0);
  EXPECT_TRUE(std::all_of(std::begin(loss.smooths), std::end(loss.smooths), [](bool smoothed) { return smoothed; }));
  EXPECT_EQ(loss.routes, GradientRoutes::all);
  EXPECT_FALSE(loss.calibrated);
  ASSERT_FALSE(state.history.empty());
  EXPECT_NE(state.history[0].terms[kTotalLoss], 0);
  EXPECT_EQ(state.history[0].terms[kPace], 0);
}

TEST(Checkpoint, HoldsNetworksOfOtherShapes) {
  for (const bool batch_norm : {false, true}) {
    for (const std::vector<int>& hidden : {std::vector<int>{}, {1}, {128, 256, 128, 64}}) {
      TrainingState state;
      state.config.recipe.network.hidden = hidden;
      state.config.recipe.network.batch_norm = batch_norm;
      state.statistics = {.mean = std::vector<float>(6, 0.5f), .std = std::vector<float>(6)};
      fill_arrays(state);
      expect_equal(parse_checkpoint(checkpoint_bytes(state), "a.ckpt"), state);
    }
  }
}

TEST(Checkpoint, RefusesEveryChangedByteAndEveryTruncation) {
  const std::string whole = checkpoint_bytes(full_state());
  ASSERT_EQ(refusal(whole), "");
  for (std::size_t place = 0; place < whole.size(); ++place) {
    for (const char change : {'\x01', '\x80', '\xff'}) {
      std::string bytes = whole;
      bytes[place] = static_cast<char>(bytes[place] ^ change);
      ASSERT_NE(refusal(bytes), "") << "byte " << place;
    }
    ASSERT_NE(refusal(whole.substr(0, place)), "") << place << " bytes";
  }
  EXPECT_NE(refusal(whole + '\0'), "");
}

TEST(Checkpoint, SaysWhyItRefuses) {
  const std::string whole = checkpoint_bytes(full_state());
  EXPECT_NE(refusal("").find("not a checkpoint"), std::string::npos);
  EXPECT_NE(refusal("PK\x03\x04 something else entirely, and long enough").find("not a checkpoint"), std::string::npos);
  EXPECT_NE(refusal(whole.substr(0, 300)).find("cut short"), std::string::npos);
  std::string damaged = whole;
  damaged[200] ^= 1;
  EXPECT_EQ(refusal(damaged), "cannot use checkpoint 'a.ckpt': it is damaged (its checksum does not match)");
  std::string newer = whole;
  newer[8] = 2;
  EXPECT_NE(refusal(with_checksum(newer)).find("newer version"), std::string::npos);
  // The payload begins with its own version: field 1, a varint.
  ASSERT_EQ(whole.substr(20, 2), "\x08\x02");
  newer = whole;
  newer[21] = 3;
  EXPECT_NE(refusal(with_checksum(newer)).find("newer version"), std::string::npos);
  EXPECT_THROW(read_checkpoint("no/such/file.ckpt"), Error);
}

/// Changes the first occurrence of `from` in the saved bytes of a state, which must keep its length.
std::string replaced(std::string bytes, const std::string& from, const std::string& to) {
  FS_CHECK_EQ(from.size(), to.size());
  bytes.replace(bytes.find(from), from.size(), to);
  return with_checksum(bytes);
}

TEST(Checkpoint, RefusesTensorsOfAnotherNetwork) {
  const std::string whole = checkpoint_bytes(full_state());
  const std::string name = "layers.0.weight";
  EXPECT_NE(refusal(replaced(whole, name, "layers.0.height")).find("'layers.0.height' of 36 x 5"), std::string::npos);
  // After the name come rows (field 2) and columns (field 3).
  const std::string wrong = refusal(replaced(whole, name + "\x10\x24\x18\x05", name + "\x10\x23\x18\x05"));
  EXPECT_NE(wrong.find("35 x 5"), std::string::npos) << wrong;
  EXPECT_NE(wrong.find("36 x 5"), std::string::npos) << wrong;
  TrainingState state = full_state();
  state.statistics.mean.pop_back();
  EXPECT_NE(refusal(checkpoint_bytes(state)).find("17 features"), std::string::npos);
  state = full_state();
  state.config.window.frames = 3;
  EXPECT_NE(refusal(checkpoint_bytes(state)).find("window"), std::string::npos);
  state = full_state();
  state.parameters.pop_back();
  EXPECT_THROW(checkpoint_bytes(state), CheckFailure);
}

TEST(Checkpoint, RefusesNumbersThatAreNotFinite) {
  TrainingState state = full_state();
  state.first_moment[3] = std::numeric_limits<float>::infinity();
  EXPECT_THROW(checkpoint_bytes(state), Error);
  state = full_state();
  state.parameters[0] = 1.2345f;
  const auto bits = [](float value) { return std::string(reinterpret_cast<const char*>(&value), sizeof value); };
  const std::string changed =
      replaced(checkpoint_bytes(state), bits(1.2345f), bits(std::numeric_limits<float>::quiet_NaN()));
  EXPECT_NE(refusal(changed).find("not finite"), std::string::npos);
}

// A file made to harm has the right checksum. Whatever it holds, it is refused or makes a state that can be saved.
TEST(Checkpoint, SurvivesHostileContent) {
  const std::string whole = checkpoint_bytes(full_state());
  constexpr std::uint64_t kSeed = 8;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  int refused = 0, accepted = 0;
  for (std::uint64_t n = 0; n < 20000; ++n) {
    const RandomBlock random = random_block(kSeed, RandomStream::test_data, n, 0);
    std::string bytes = whole;
    for (int change = 0; change <= static_cast<int>(n % 3); ++change)
      bytes[20 + random.word[change] % (bytes.size() - 24)] = static_cast<char>(random.word[3] >> (8 * change));
    try {
      const TrainingState state = parse_checkpoint(with_checksum(bytes), "a.ckpt");
      EXPECT_FALSE(checkpoint_bytes(state).empty());
      ++accepted;
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 1000);
  EXPECT_GT(accepted, 1000);
}

TEST(Checkpoint, KeepsTheOldFileWhenTheDiskIsFull) {
  const TemporaryFolder folder;
  const TrainingState state = full_state();
  write_checkpoint(folder / "a.ckpt", state);
  TrainingState later = state;
  later.next_step += 1;
  // A limit on the size of files refuses the write in its middle, as a full disk does.
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit small = before;
  small.rlim_cur = 1000;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  bool refused = false;
  try {
    write_checkpoint(folder / "a.ckpt", later);
  } catch (const Error&) {
    refused = true;
  }
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_TRUE(refused);
  expect_equal(read_checkpoint(folder / "a.ckpt"), state);
  EXPECT_THROW(write_checkpoint(folder.path() / "missing" / "a.ckpt", state), Error);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(Checkpoint, KnowsItsRun) {
  const TrainingState run = full_state();
  TrainingState later = run;
  later.next_step += 1;
  later.parameters[0] = 1;
  later.config.epochs = 1000;
  EXPECT_TRUE(of_one_run(run, later));
  TrainingState other = run;
  other.config.seed = 1;
  EXPECT_FALSE(of_one_run(run, other));
  other = run;
  other.training_files[0] = "b.ogg";
  EXPECT_FALSE(of_one_run(run, other));
  other = run;
  other.statistics.mean[0] += 1;
  EXPECT_FALSE(of_one_run(run, other));
}

}  // namespace
}  // namespace fractalsync
