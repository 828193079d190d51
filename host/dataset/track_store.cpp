#include "host/dataset/track_store.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include "host/dataset/model_features.h"

namespace fractalsync {
namespace {

float amplitude_gain(float decibels) { return std::pow(10.0f, decibels / 20); }

std::int64_t end_of(const std::vector<StoredTrack>& tracks) {
  return tracks.empty() ? 0 : tracks.back().first_frame + tracks.back().frames;
}

/// All versions, those of one track after each other: its raw features go to the backend once.
std::vector<std::size_t> by_track(const std::vector<TrackVersion>& tracks) {
  std::vector<std::size_t> order(tracks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return std::less<>()(tracks[a].track, tracks[b].track); });
  return order;
}

}  // namespace

std::vector<TrackVersion> as_recorded(const std::vector<TrackFeatures>& tracks) {
  std::vector<TrackVersion> versions;
  versions.reserve(tracks.size());
  for (const TrackFeatures& track : tracks) versions.push_back({&track});
  return versions;
}

ModelTracks::ModelTracks(Backend& backend, const WindowSpec& window, const std::vector<TrackVersion>& tracks)
    : backend_(&backend), window_(window) {
  std::int64_t longest = 0;
  for (const auto& [track, louder_by] : tracks) {
    FS_CHECK_EQ(static_cast<std::int64_t>(track->raw.size()), track->frames() * kBaseFeatures);
    FS_CHECK(track->frames() >= window.frames);
    tracks_.push_back({track->name, end_of(tracks_), track->frames(), track->frames() - window.frames + 1});
    longest = std::max(longest, track->frames());
  }
  frames_ = Buffer<float>(backend.memory(), end_of(tracks_) * window.features());
  const Matrix<float> model = frames_.matrix(end_of(tracks_), window.features());
  Buffer<float> staged(backend.memory(), longest * kBaseFeatures);
  const TrackFeatures* staged_track = nullptr;
  for (const std::size_t k : by_track(tracks)) {
    const auto& [track, louder_by] = tracks[k];
    if (staged_track != track)
      upload<float>(backend, track->raw, staged.view().subview(0, track->frames() * kBaseFeatures));
    staged_track = track;
    compute_model_features(backend, window, amplitude_gain(louder_by), staged.matrix(track->frames(), kBaseFeatures),
                           model.middle_rows(tracks_[k].first_frame, track->frames()));
  }
}

ModelTracks::ModelTracks(Backend& backend, const WindowSpec& window, View<const float> model)
    : backend_(&backend), window_(window), frames_(backend.memory(), model.size()) {
  const std::int64_t frames = model.size() / window.features();
  FS_CHECK_EQ(model.size(), frames * window.features());
  FS_CHECK(frames >= window.frames);
  tracks_.push_back({"", 0, frames, frames - window.frames + 1});
  upload<float>(backend, model, frames_.view());
}

FeatureStatistics ModelTracks::statistics(std::size_t tracks) const {
  FS_CHECK(tracks <= tracks_.size());
  const std::int64_t frames = tracks == 0 ? 0 : tracks_[tracks - 1].first_frame + tracks_[tracks - 1].frames;
  if (frames == 0) throw Error("there is no audio to take feature statistics from");
  return backend_->feature_statistics({frames_.data(), frames, window_.features()});
}

TrackStore::TrackStore(ModelTracks tracks, const FeatureStatistics& statistics, Formulation formulation)
    : window_(tracks.window_),
      tracks_(std::move(tracks.tracks_)),
      statistics_(statistics),
      frames_(std::move(tracks.frames_)) {
  Backend& backend = *tracks.backend_;
  const std::int64_t frames = end_of(tracks_);
  targets_ = Buffer<float>(backend.memory(), frames * kTargets);
  const Matrix<float> model = frames_.matrix(frames, features()), targets = targets_.matrix(frames, kTargets);
  for (const StoredTrack& track : tracks_)
    backend.window_targets(statistics, window(), model.middle_rows(track.first_frame, track.frames),
                           targets.middle_rows(track.first_frame, track.frames));
  backend.standardize(statistics, model);
  if (formulation == Formulation::plain) return;
  context_ = Buffer<float>(backend.memory(), frames * kContextColumns);
  std::vector<std::int64_t> first_frames;
  for (const StoredTrack& track : tracks_) first_frames.push_back(track.first_frame);
  Buffer<std::int64_t> songs(backend.memory(), static_cast<std::int64_t>(first_frames.size()));
  upload<std::int64_t>(backend, first_frames, songs.view());
  backend.song_context(model, songs.view(), context_.matrix(frames, kContextColumns));
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
