// What is heard and what is seen of an excerpt, frame by frame: computed once, for correlations, measures and plots.
#pragma once

#include <vector>

#include "host/evaluate/correlation.h"
#include "host/evaluate/hard_metrics.h"
#include "host/evaluate/playback.h"
#include "host/train/recipe.h"

namespace fractalsync {

struct TrackSeries {
  std::vector<double> heard[kTargets];  ///< standardised means of the target features over each window
  bool audible = true;                  ///< whether a window comes up to -60 dB of full scale
  Playback playback;
  std::vector<double> hue;
  HardSeries hard;

  std::int64_t frames() const { return playback.frames; }
};

/// Plays the excerpt and measures its pictures by the metrics of hard_metrics.h.
TrackSeries track_series(Backend& backend, const PlayableNetwork& network, const TrackStore& store,
                         const Excerpt& excerpt);

/// The same measures by the differentiable metrics that training sees.
HardSeries soft_series(Backend& backend, const Recipe& recipe, const Playback& playback);

/// The two series that a pair is about. The first frame has no temporal change and is left out. Views into `series` and
/// `seen`, which is its `hard` or what soft_series gave for it.
struct PairSeries {
  View<const double> heard, seen;
};
PairSeries pair_series(const TrackSeries& series, const HardSeries& seen, Pair pair);

/// None is defined of what is not audible: the noise of silence has nothing to be followed.
Correlations correlations(const TrackSeries& series, const HardSeries& seen);

}  // namespace fractalsync
