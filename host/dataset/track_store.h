// Tracks as training, validation and prediction read them: standardised features of all tracks, or parts of tracks, in
// one frame-major array on the backend (a window is a pointer into it), and the targets of the loss beside it. Raw
// features go there; all that is made of them is made there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "backend.h"
#include "host/dataset/model_features.h"
#include "host/dataset/raw_features.h"

namespace fractalsync {

/// One track's raw features. At least one window long.
struct TrackFeatures {
  std::string name;  ///< path, for people
  RawFeatures raw;

  std::int64_t frames() const { return raw.frames(); }
};

/// A track, or a part of it, as a store is to hold it. It is read while it is put there, and not afterwards.
struct TrackVersion {
  const TrackFeatures* track;
  float louder_by = 0;                  ///< decibels
  std::optional<FrameRange> part = {};  ///< none: all of it
  bool muted = false;                   ///< without loudness and flux
  float pitch = 1;                      ///< times as high

  FrameRange range() const { return part.value_or(FrameRange{0, track->frames()}); }
  /// Raw features [frames.count * 6] of these frames of the track. Throws Error when they cannot be read.
  void read(FrameRange frames, View<float> raw) const;
};

/// Each track as it is.
std::vector<TrackVersion> as_recorded(const std::vector<TrackFeatures>& tracks);

/// Where a version lies in the store. Its window i starts at frame first_frame + i.
struct StoredTrack {
  std::string name;
  std::int64_t first_frame = 0;
  std::int64_t frames = 0;
  std::int64_t windows = 0;
};

/// Frames that a store needs for these: their own, and for deltas those beside a part that they look at.
std::int64_t frames_to_store(const WindowSpec& window, const std::vector<TrackVersion>& tracks);

class TrackStore {
 public:
  /// Room for `frames` frames, holding nothing yet.
  TrackStore(Backend& backend, const WindowSpec& window, const FeatureStatistics& statistics, std::int64_t frames);
  /// Holds `tracks`.
  TrackStore(Backend& backend, const WindowSpec& window, const std::vector<TrackVersion>& tracks,
             const FeatureStatistics& statistics);
  /// Holds one track without a name, of these model features [frames, F] (host memory).
  TrackStore(Backend& backend, const WindowSpec& window, View<const float> model, const FeatureStatistics& statistics);

  /// Gives up what was held for `tracks`, each a window long at least. The arrays stay where they are. Throws Error
  /// when what they are made of cannot be read.
  void hold(const std::vector<TrackVersion>& tracks);

  int features() const { return window_.features(); }
  int window() const { return window_.frames; }
  const FeatureStatistics& statistics() const { return statistics_; }
  const std::vector<StoredTrack>& tracks() const { return tracks_; }

  /// A batch of `length` windows from each of `starts` (backend memory).
  WindowBatch windows(View<const std::int64_t> starts, int length) const {
    return {frames_.view(), features(), window(), starts, length};
  }
  /// [frames, 4]: row t is the mean of the four target features over the window that starts at frame t, standardised.
  Matrix<const float> targets() const { return {targets_.data(), targets_.size() / kTargets, kTargets}; }

 private:
  /// The raw features of a part, and where they are to lie in the store.
  struct Placed {
    TrackVersion version;
    FrameRange under;           ///< frames of the track that are read
    std::int64_t position = 0;  ///< of the first of them

    /// Whether these are the other's raw features.
    bool reads_as(const Placed& other) const {
      return version.track == other.version.track && version.muted == other.version.muted &&
             version.pitch == other.version.pitch && under == other.under;
    }
  };
  std::vector<Placed> place(const std::vector<TrackVersion>& tracks);
  void fill(const std::vector<Placed>& placed);
  void finish(std::int64_t frames);

  Backend* backend_;
  WindowSpec window_;
  FeatureStatistics statistics_;
  std::vector<StoredTrack> tracks_;
  Buffer<float> frames_, targets_;
};

/// How many times as loud.
float amplitude_gain(float decibels);

}  // namespace fractalsync
