// Judging a network on music: does what is seen follow what is heard?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/evaluate/correlation.h"
#include "host/evaluate/playback.h"
#include "host/train/recipe.h"

namespace fractalsync {

struct TrackEvaluation {
  std::string name;
  Correlations soft;  ///< by the differentiable metrics that training sees
  Correlations hard;  ///< by the metrics of hard_metrics.h, which it never sees
  /// Mean hard change when flux and rms are silenced, over that of the music; empty when the music's is 0.
  std::optional<double> silence_ratio;
};

struct Evaluation {
  std::vector<TrackEvaluation> tracks;

  /// Means over the tracks where a value is defined.
  Correlations soft() const;
  Correlations hard() const;
  std::optional<double> silence_ratio() const;
};

/// Which windows of a track to judge (store frame numbers).
struct Excerpt {
  std::size_t track = 0;
  std::int64_t first = 0, count = 0;
};

/// All of every track.
std::vector<Excerpt> whole_tracks(const TrackStore& store);
/// The parts to judge by of long music: the middle of each of `tracks`, `windows` windows in all (at least 256 of a
/// track, where it is that long).
std::vector<TrackVersion> middles(const std::vector<TrackVersion>& tracks, const WindowSpec& window,
                                  std::int64_t windows);

/// The hard correlations of one excerpt, for choosing between checkpoints.
Correlations hard_correlations(Backend& backend, const PlayableNetwork& network, const TrackStore& store,
                               const Excerpt& excerpt);

/// Everything about one excerpt. `silenced` holds the same tracks with flux and rms (and their deltas) silenced.
TrackEvaluation evaluate_track(Backend& backend, const PlayableNetwork& network, const Recipe& recipe,
                               const TrackStore& store, const TrackStore& silenced, const Excerpt& excerpt);

/// The track with its flux and rms silenced.
TrackFeatures silenced(const TrackFeatures& track);

}  // namespace fractalsync
