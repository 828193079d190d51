// The tracks as training, validation and prediction read them: standardised features of all tracks in one frame-major
// array on the backend (a window is a pointer into it), and the targets of the loss beside it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "backend.h"
#include "host/dataset/statistics.h"

namespace fractalsync {

/// One track's model features, [frames, F], before standardisation. At least one window long.
struct TrackFeatures {
  std::string name;  ///< path, for people
  std::vector<float> features;
  std::int64_t frames = 0;
};

/// Where a track lies in the store. Window i of the track starts at frame first_frame + i.
struct StoredTrack {
  std::string name;
  std::int64_t first_frame = 0;
  std::int64_t windows = 0;
};

class TrackStore {
 public:
  /// Standardises and uploads. Each track needs `window` frames at least.
  TrackStore(Backend& backend, const std::vector<TrackFeatures>& tracks, const FeatureStatistics& statistics,
             int window);

  int features() const { return features_; }
  int window() const { return window_; }
  const std::vector<StoredTrack>& tracks() const { return tracks_; }

  /// A batch of `length` windows from each of `starts` (backend memory).
  WindowBatch windows(View<const std::int64_t> starts, int length) const {
    return {frames_.view(), features_, window_, starts, length};
  }
  /// [frames, 4]: row t is the mean of the four target features over the window that starts at frame t, standardised.
  Matrix<const float> targets() const { return {targets_.data(), targets_.size() / kTargets, kTargets}; }

 private:
  int features_, window_;
  std::vector<StoredTrack> tracks_;
  Buffer<float> frames_, targets_;
};

/// The start table of sequences of `length` windows in the chosen tracks (host memory).
struct SequenceStarts {
  std::vector<std::int64_t> first_frame, last_start;

  std::int64_t total() const { return last_start.empty() ? 0 : last_start.back(); }
};
SequenceStarts sequence_starts(const TrackStore& store, const std::vector<std::size_t>& tracks, int length);

}  // namespace fractalsync
