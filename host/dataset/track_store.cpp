#include "host/dataset/track_store.h"

#include "stages/window.h"

namespace fractalsync {
namespace {

constexpr Feature kTargetFeature[kTargets] = {kCentroid, kFlux, kRms, kZcr};

}  // namespace

TrackStore::TrackStore(Backend& backend, const std::vector<TrackFeatures>& tracks,
                       const FeatureStatistics& statistics, int window)
    : features_(static_cast<int>(statistics.mean.size())), window_(window) {
  std::int64_t frames = 0;
  for (const TrackFeatures& track : tracks) {
    FS_CHECK_EQ(static_cast<std::int64_t>(track.features.size()), track.frames * features_);
    FS_CHECK(track.frames >= window);
    tracks_.push_back({track.name, frames, track.frames - window + 1});
    frames += track.frames;
  }
  frames_ = Buffer<float>(backend.memory(), frames * features_);
  targets_ = Buffer<float>(backend.memory(), frames * kTargets);

  std::vector<float> scale;
  for (const float std : statistics.std) scale.push_back(standardizing_scale(std));
  std::vector<float> standardized, target;
  for (std::size_t k = 0; k < tracks.size(); ++k) {
    const TrackFeatures& track = tracks[k];
    standardized.resize(track.features.size());
    for (std::size_t i = 0; i < standardized.size(); ++i) {
      const std::size_t f = i % static_cast<std::size_t>(features_);
      standardized[i] = standardize(track.features[i], statistics.mean[f], scale[f]);
    }
    // The last window - 1 frames start no window; their targets stay 0 and nobody reads them.
    target.assign(static_cast<std::size_t>(track.frames * kTargets), 0.0f);
    for (int column = 0; column < kTargets; ++column) {
      const auto f = static_cast<std::size_t>(kTargetFeature[column]);
      for (std::int64_t t = 0; t < tracks_[k].windows; ++t) {
        double sum = 0;
        for (std::int64_t i = t; i < t + window; ++i)
          sum += track.features[static_cast<std::size_t>(i * features_) + f];
        target[static_cast<std::size_t>(t * kTargets + column)] =
            static_cast<float>((sum / window - statistics.mean[f]) * scale[f]);
      }
    }
    const std::int64_t first = tracks_[k].first_frame;
    upload<float>(backend, standardized, frames_.view().subview(first * features_, track.frames * features_));
    upload<float>(backend, target, targets_.view().subview(first * kTargets, track.frames * kTargets));
  }
}

SequenceStarts sequence_starts(const TrackStore& store, const std::vector<std::size_t>& tracks, int length) {
  SequenceStarts starts;
  for (const std::size_t k : tracks) {
    const StoredTrack& track = store.tracks().at(k);
    if (track.windows < length) continue;
    starts.first_frame.push_back(track.first_frame);
    starts.last_start.push_back(starts.total() + track.windows - length + 1);
  }
  return starts;
}

}  // namespace fractalsync
