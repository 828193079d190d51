// The tracks as training, validation and prediction read them: standardised features of all tracks in one frame-major
// array on the backend (a window is a pointer into it), and the targets of the loss beside it. Raw features go there
// track by track; all that is made of them is made there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "backend.h"
#include "stages/motion.h"

namespace fractalsync {

/// One track's raw features, [frames, 6]. At least one window long.
struct TrackFeatures {
  std::string name;  ///< path, for people
  std::vector<float> raw;

  std::int64_t frames() const { return static_cast<std::int64_t>(raw.size()) / kBaseFeatures; }
};

/// A track as a store is to hold it. It is read while the store is made, and not afterwards.
struct TrackVersion {
  const TrackFeatures* track;
  float louder_by = 0;  ///< decibels
};

/// Each track as it is.
std::vector<TrackVersion> as_recorded(const std::vector<TrackFeatures>& tracks);

/// Where a track lies in the store. Window i of the track starts at frame first_frame + i.
struct StoredTrack {
  std::string name;
  std::int64_t first_frame = 0;
  std::int64_t frames = 0;
  std::int64_t windows = 0;
};

/// The model features of tracks, one after the other, before standardisation: what statistics are taken of, and what a
/// TrackStore takes over.
class ModelTracks {
 public:
  /// Each track needs a window's frames at least.
  ModelTracks(Backend& backend, const WindowSpec& window, const std::vector<TrackVersion>& tracks);
  /// One track without a name, of these model features [frames, F] (host memory).
  ModelTracks(Backend& backend, const WindowSpec& window, View<const float> model);

  /// Statistics over all frames of the first `tracks` tracks. Throws Error when there is no frame at all.
  FeatureStatistics statistics(std::size_t tracks) const;

 private:
  friend class TrackStore;

  Backend* backend_;
  WindowSpec window_;
  std::vector<StoredTrack> tracks_;
  Buffer<float> frames_;  ///< [frames, F]
};

class TrackStore {
 public:
  /// Standardises in place: beyond the features themselves there is no copy of them. For the atlas formulation it also
  /// follows how each track has been (stages/context.h).
  TrackStore(ModelTracks tracks, const FeatureStatistics& statistics, Formulation formulation = Formulation::plain);
  TrackStore(Backend& backend, const WindowSpec& window, const std::vector<TrackVersion>& tracks,
             const FeatureStatistics& statistics, Formulation formulation = Formulation::plain)
      : TrackStore(ModelTracks(backend, window, tracks), statistics, formulation) {}

  int features() const { return window_.features(); }
  int window() const { return window_.frames; }
  const std::vector<StoredTrack>& tracks() const { return tracks_; }

  /// A batch of `length` windows from each of `starts` (backend memory).
  WindowBatch windows(View<const std::int64_t> starts, int length) const {
    return {frames_.view(), features(), window(), starts, length};
  }
  /// How the track of frame t has been up to it, [frames, kContextColumns]; no rows in the plain formulation.
  Matrix<const float> context() const { return {context_.data(), context_.size() / kContextColumns, kContextColumns}; }
  const FeatureStatistics& statistics() const { return statistics_; }
  /// [frames, 4]: row t is the mean of the four target features over the window that starts at frame t, standardised.
  Matrix<const float> targets() const { return {targets_.data(), targets_.size() / kTargets, kTargets}; }

 private:
  WindowSpec window_;
  std::vector<StoredTrack> tracks_;
  FeatureStatistics statistics_;
  Buffer<float> frames_, targets_, context_;
};

/// The start table of sequences of `length` windows in the chosen tracks (host memory).
struct SequenceStarts {
  std::vector<std::int64_t> first_frame, last_start;

  std::int64_t total() const { return last_start.empty() ? 0 : last_start.back(); }
};
SequenceStarts sequence_starts(const TrackStore& store, const std::vector<std::size_t>& tracks, int length);

}  // namespace fractalsync
