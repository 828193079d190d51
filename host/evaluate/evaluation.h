// Judging a network on music: does what is seen follow what is heard?
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/evaluate/beauty.h"
#include "host/evaluate/correlation.h"
#include "host/evaluate/series.h"

namespace fractalsync {

struct TrackEvaluation {
  std::string name;
  Correlations soft;  ///< by the differentiable metrics that training sees
  Correlations hard;  ///< by the metrics of hard_metrics.h, which it never sees
  /// Mean hard change when flux and rms are silenced, over that of the music; empty when the music's is 0.
  std::optional<double> silence_ratio;
  Beauty beauty;
};

/// Told of a track when it has been judged; `series`, of which everything was taken, does not outlive the call.
using TrackJudged = std::function<void(const TrackEvaluation& track, const TrackSeries& series)>;

struct Evaluation {
  std::vector<TrackEvaluation> tracks;

  /// Means over the tracks where a value is defined.
  Correlations soft() const;
  Correlations hard() const;
  std::optional<double> silence_ratio() const;
  Beauty beauty() const;
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

/// Everything about one excerpt. `muted` holds the same tracks without flux and rms (and their deltas).
TrackEvaluation evaluate_track(Backend& backend, const PlayableNetwork& network, const Recipe& recipe,
                               const TrackStore& store, const TrackStore& muted, const Excerpt& excerpt,
                               const TrackJudged& judged = {});

}  // namespace fractalsync
