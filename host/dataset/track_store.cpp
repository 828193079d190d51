#include "host/dataset/track_store.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <tuple>

#include "math/model_features.h"

namespace fractalsync {
namespace {

/// Raw features that go to the backend at once, unless one part has more: 1.5 MB.
constexpr std::int64_t kRawFramesAtOnce = 1 << 16;

FrameRange frames_under(const WindowSpec& window, const TrackVersion& version) {
  return frames_under(window, version.range(), version.track->frames());
}

}  // namespace

float amplitude_gain(float decibels) { return std::pow(10.0f, decibels / 20); }

std::vector<TrackVersion> as_recorded(const std::vector<TrackFeatures>& tracks) {
  std::vector<TrackVersion> versions;
  versions.reserve(tracks.size());
  for (const TrackFeatures& track : tracks) versions.push_back({&track});
  return versions;
}

void TrackVersion::read(FrameRange frames, View<float> raw) const {
  track->raw.read(frames.first, frames.count, raw);
  const Matrix<float> rows(raw.data(), frames.count, kBaseFeatures);
  if (pitch != 1)
    for (std::int64_t t = 0; t < rows.rows(); ++t)
      for (int f = 0; f < kBaseFeatures; ++f) rows(t, f) = math::higher(f, rows(t, f), pitch);
  if (muted)
    for (std::int64_t t = 0; t < rows.rows(); ++t) rows(t, kFlux) = rows(t, kRms) = 0;
}

std::int64_t frames_to_store(const WindowSpec& window, const std::vector<TrackVersion>& tracks) {
  std::int64_t frames = 0;
  for (const TrackVersion& version : tracks) frames += frames_under(window, version).count;
  return frames;
}

TrackStore::TrackStore(Backend& backend, const WindowSpec& window, const FeatureStatistics& statistics,
                       std::int64_t frames)
    : backend_(&backend),
      window_(window),
      statistics_(statistics),
      frames_(backend.memory(), frames * window.features()),
      targets_(backend.memory(), frames * kTargets) {}

TrackStore::TrackStore(Backend& backend, const WindowSpec& window, const std::vector<TrackVersion>& tracks,
                       const FeatureStatistics& statistics)
    : TrackStore(backend, window, statistics, frames_to_store(window, tracks)) {
  hold(tracks);
}

TrackStore::TrackStore(Backend& backend, const WindowSpec& window, View<const float> model,
                       const FeatureStatistics& statistics)
    : TrackStore(backend, window, statistics, model.size() / window.features()) {
  const std::int64_t frames = model.size() / features();
  FS_CHECK_EQ(model.size(), frames * features());
  FS_CHECK(frames >= window.frames);
  tracks_.push_back({"", 0, frames, frames - window.frames + 1});
  upload<float>(backend, model, frames_.view());
  finish(frames);
}

void TrackStore::hold(const std::vector<TrackVersion>& tracks) {
  const std::int64_t end = frames_to_store(window_, tracks);
  FS_CHECK(end * features() <= frames_.size());
  tracks_.clear();
  fill(place(tracks));
  finish(end);
}

/// Of the first `frames` frames of the store, which hold model features: targets, and standardised in place.
void TrackStore::finish(std::int64_t frames) {
  const Matrix<float> model = frames_.matrix(frames, features()), targets = targets_.matrix(frames, kTargets);
  for (const StoredTrack& track : tracks_)
    backend_->window_targets(statistics_, window(), model.middle_rows(track.first_frame, track.frames),
                             targets.middle_rows(track.first_frame, track.frames));
  backend_->standardize(statistics_, model);
}

/// Gives each its place in the store, in their order; returns them in the order in which they lie in the tracks.
std::vector<TrackStore::Placed> TrackStore::place(const std::vector<TrackVersion>& tracks) {
  std::vector<Placed> placed;
  std::int64_t end = 0;
  for (const TrackVersion& version : tracks) {
    const FrameRange part = version.range(), under = frames_under(window_, version);
    FS_CHECK(part.count >= window());
    tracks_.push_back({version.track->name, end + part.first - under.first, part.count, part.count - window() + 1});
    placed.push_back({version, under, end});
    end += under.count;
  }
  std::sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
    if (a.version.track != b.version.track) return std::less<>()(a.version.track, b.version.track);
    return std::tie(a.under.first, a.under.count, a.version.muted, a.version.pitch) <
           std::tie(b.under.first, b.under.count, b.version.muted, b.version.pitch);
  });
  return placed;
}

/// Model features of all parts. Raw features go to the backend many parts at a time, and those of a part that is wanted
/// at several loudnesses once.
void TrackStore::fill(const std::vector<Placed>& placed) {
  std::int64_t longest = 0;
  for (const Placed& each : placed) longest = std::max(longest, each.under.count);
  const std::int64_t room = std::min(std::max(longest, kRawFramesAtOnce), frames_.size() / features());
  std::vector<float> read(static_cast<std::size_t>(room * kBaseFeatures));
  Buffer<float> there(backend_->memory(), room * kBaseFeatures);
  const Matrix<float> raw = there.matrix(room, kBaseFeatures),
                      model = frames_.matrix(frames_.size() / features(), features());
  for (std::size_t k = 0; k < placed.size();) {
    const std::size_t first = k;
    std::vector<std::int64_t> row;  // of each part, in `raw`
    std::int64_t end = 0;
    for (; k < placed.size(); ++k) {
      const auto& [version, under, position] = placed[k];
      const bool again = k > first && placed[k].reads_as(placed[k - 1]);
      if (!again) {
        if (end + under.count > room) break;
        version.read(under, View<float>(read).subview(end * kBaseFeatures, under.count * kBaseFeatures));
        end += under.count;
      }
      row.push_back(end - under.count);
    }
    upload<float>(*backend_, View<const float>(read).subview(0, end * kBaseFeatures),
                  there.view().subview(0, end * kBaseFeatures));
    for (std::size_t i = first; i < k; ++i)
      compute_model_features(*backend_, window_, amplitude_gain(placed[i].version.louder_by),
                             raw.middle_rows(row[i - first], placed[i].under.count),
                             model.middle_rows(placed[i].position, placed[i].under.count));
  }
}

}  // namespace fractalsync
