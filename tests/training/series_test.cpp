// What is heard and seen of an excerpt.
#include "host/evaluate/series.h"

#include <gtest/gtest.h>

#include "host/train/network.h"
#include "support/made_up_music.h"

namespace fractalsync {
namespace {

TEST(Series, SilenceHasNothingToFollow) {
  const auto backend = make_cpu_backend(1);
  const std::vector<TrackFeatures> tracks = {test::made_up_track(61, 400)};
  TrainingState state;
  state.config.recipe.network.input = state.config.window.input();
  state.statistics = test::statistics_of(tracks);
  initialise_network(state);
  Network network(*backend, state);
  const PlayableNetwork playable{network.layout(), network.parameters(), network.statistics(),
                                 state.config.recipe.motion};
  for (const float decibels : {0.0f, -20.0f, -80.0f}) {
    // A tenth of full scale at most: -100 dB of it with the last.
    const TrackStore store(*backend, state.config.window, {{.track = &tracks[0], .louder_by = decibels}},
                           state.statistics);
    const TrackSeries series = track_series(*backend, playable, store, {0, 0, 200});
    const Correlations found = correlations(series, series.hard);
    for (int pair = 0; pair < kPairs; ++pair)
      EXPECT_EQ(found.pair[pair].has_value(), decibels > -80) << decibels << " dB, pair " << pair;
  }
}

}  // namespace
}  // namespace fractalsync
