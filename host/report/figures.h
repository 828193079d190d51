// What a page shows of one track: its four pairs over time and against each other.
#pragma once

#include <string>

#include "host/evaluate/evaluation.h"

namespace fractalsync::report {

/// The four pairs as people read them, in order of Pair.
struct PairWords {
  const char *heard, *seen;
};
inline constexpr PairWords kPairWords[kPairs] = {{"spectral centroid", "hue"},
                                                 {"spectral flux", "temporal change"},
                                                 {"loudness (rms)", "temporal change"},
                                                 {"zero crossings", "edge density"}};

/// One figure per pair: the middle of the track over time, and all of it as dots.
std::string pair_figures(const TrackEvaluation& track, const TrackSeries& series, double first_second);

}  // namespace fractalsync::report
