// Tracks of features without audio: slow random walks with bursts, so that each of the six features moves in its own
// way.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "host/dataset/statistics.h"
#include "host/dataset/track_store.h"
#include "support/random.h"

namespace fractalsync::test {

inline TrackFeatures made_up_track(std::uint64_t seed, std::int64_t frames) {
  std::vector<float> raw;
  const std::vector<float> noise = random_floats(seed, frames * kBaseFeatures, -1, 1);
  std::vector<double> slow(kBaseFeatures, 0.0);
  for (std::int64_t t = 0; t < frames; ++t) {
    for (std::size_t f = 0; f < kBaseFeatures; ++f)
      slow[f] = 0.97 * slow[f] + 0.25 * noise[static_cast<std::size_t>(t) * kBaseFeatures + f];
    const double loudness = 0.5 + 0.4 * std::tanh(slow[kRms]);
    const double beat = std::exp(-static_cast<double>(t % 22) / 4);
    const double row[kBaseFeatures] = {kNyquistHz * (0.2 + 0.08 * std::tanh(slow[kCentroid])),
                                       std::expm1(2 + 4 * loudness * (0.4 + 0.6 * beat) + slow[kFlux]),
                                       0.2 * loudness * (0.7 + 0.3 * beat),
                                       0.08 + 0.04 * std::tanh(slow[kZcr]),
                                       3 * beat * loudness + 0.2 * std::abs(slow[kOnset]),
                                       kNyquistHz * (0.4 + 0.15 * std::tanh(slow[kCentroid] + 0.5 * slow[kRolloff]))};
    for (const double value : row) raw.push_back(static_cast<float>(value));
  }
  return {"made-up-" + std::to_string(seed), std::move(raw)};
}

inline FeatureStatistics statistics_of(const std::vector<TrackFeatures>& tracks) {
  return take_statistics(*make_cpu_backend(1), {}, as_recorded(tracks));
}

}  // namespace fractalsync::test
