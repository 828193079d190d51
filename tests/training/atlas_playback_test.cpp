// The atlas formulation frame by frame, as it would be played live, against the batch: one definition serves both.
#include <gtest/gtest.h>

#include <cmath>
#include <deque>

#include "host/dataset/model_features.h"
#include "host/evaluate/evaluation.h"
#include "host/evaluate/journey.h"
#include "host/train/network.h"
#include "math/atlas_motion.h"
#include "math/model_features.h"
#include "support/compare.h"
#include "support/made_up_music.h"

namespace fractalsync {
namespace {

TrainingState untrained(Backend& backend, const WindowSpec& window, const std::vector<TrackFeatures>& tracks) {
  TrainingState state;
  state.config.seed = 3;
  state.config.window = window;
  state.config.recipe = atlas_recipe();
  state.config.recipe.network.input = window.input();
  state.statistics = take_statistics(backend, window, as_recorded(tracks));
  initialise_network(state);
  // Logits of some size, so that everything moves.
  for (float& parameter : state.parameters) parameter *= 1.6f;
  return state;
}

/// Everything that is carried from frame to frame.
class LivePlayer {
 public:
  LivePlayer(Backend& backend, Network& network, const TrainingState& state, float journey)
      : backend_(backend), network_(network), state_(state), spec_(std::get<AtlasSpec>(state.config.recipe.motion)) {
    motion_.theta = journey;
  }

  /// Takes a frame of model features; a row of heads and of drawn parameters once there is a whole window.
  bool hear(const float* frame, float* heads, float* drawn) {
    std::vector<float> z;
    for (std::size_t f = 0; f < state_.statistics.mean.size(); ++f)
      z.push_back(
          math::standardize(frame[f], state_.statistics.mean[f], math::standardizing_scale(state_.statistics.std[f])));
    recent_.push_back(z);
    const auto window = static_cast<std::size_t>(state_.config.window.frames);
    if (recent_.size() > window) recent_.pop_front();
    if (recent_.size() < window) return false;

    std::vector<float> row;
    for (const auto& each : recent_) row.insert(row.end(), each.begin(), each.end());
    const std::vector<std::int64_t> start = {0};
    std::vector<float> logits(kOutputs), tape(static_cast<std::size_t>(network_.layout().tape_size(1)));
    backend_.mlp_forward(network_.layout(), MlpMode::inference, {row, static_cast<int>(row.size()), 1, start, 1},
                         network_.parameters(), network_.statistics(), {}, tape, {logits.data(), 1, kOutputs});
    motion_.step(spec_, atlas_tables(), logits.data(), heads, drawn);
    return true;
  }

 private:
  Backend& backend_;
  Network& network_;
  const TrainingState& state_;
  AtlasSpec spec_;
  std::deque<std::vector<float>> recent_;
  math::AtlasMotion<double> motion_;
};

class AtlasPlayback : public testing::TestWithParam<WindowSpec> {};

TEST_P(AtlasPlayback, LiveIsTheBatch) {
  const WindowSpec window = GetParam();
  const auto backend = make_cpu_backend(2);
  const std::vector<TrackFeatures> tracks = {test::made_up_track(5, 30), test::made_up_track(6, 900)};
  const TrainingState state = untrained(*backend, window, tracks);
  Network network(*backend, state);
  // The song stands behind another one: nothing of that may be heard.
  const TrackStore store(*backend, window, as_recorded(tracks), state.statistics);
  const Excerpt song = whole_tracks(store)[1];
  const Playback batch =
      play(*backend, {network.layout(), network.parameters(), network.statistics(), state.config.recipe.motion}, store,
           song);
  const float journey = journey_of(tracks[1].name);
  ASSERT_GT(journey, 0.1f);
  LivePlayer live(*backend, network, state, journey);
  std::int64_t row = 0;
  const std::vector<float> frames = model_features_of(*backend, window, tracks[1].raw.read());
  for (std::int64_t t = 0; t < tracks[1].frames(); ++t) {
    std::vector<float> heads(kHeads), drawn(kDrawnColumns);
    if (!live.hear(&frames[static_cast<std::size_t>(t * window.features())], heads.data(), drawn.data())) continue;
    // The same operations in the same order, but for the network's sums over rows, which are those of any batch.
    ASSERT_TRUE(test::all_equal_bytes(heads, View<const float>(batch.heads_matrix().row(row), kHeads))) << row;
    ASSERT_TRUE(test::all_equal_bytes(drawn, View<const float>(batch.drawn_matrix().row(row), kDrawnColumns))) << row;
    ++row;
  }
  EXPECT_EQ(row, song.count);
}

INSTANTIATE_TEST_SUITE_P(Windows, AtlasPlayback, testing::Values(WindowSpec{}, WindowSpec{10, true, true}));

}  // namespace
}  // namespace fractalsync
