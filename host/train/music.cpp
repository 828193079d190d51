#include "host/train/music.h"

#include <spdlog/spdlog.h>

#include <optional>

#include "host/dataset/feature_cache.h"
#include "host/dataset/loading.h"

namespace fractalsync {
namespace {

/// Raw features [frames, 6] for at least one window.
std::vector<float> padded(std::vector<float> raw, const WindowSpec& window) {
  pad_with_last_frame(raw, kBaseFeatures, window.frames);
  return raw;
}

}  // namespace

Music load_music(Backend& backend, const MusicOptions& options, const WindowSpec& window, const FilesDone& done,
                 const std::atomic<bool>& stop) {
  AudioFiles found = find_audio_files(options.folder, options.max_files, options.within);
  std::optional<FeatureCache> cache;
  if (!options.cache.empty())
    cache.emplace(options.cache, [](const std::string& trouble) { spdlog::warn("{}", trouble); });
  LoadOptions load;
  load.threads = options.threads;
  load.cache = cache ? &*cache : nullptr;
  load.progress = done;
  load.stop = &stop;
  RawFeatureStorage storage(options.features_in_memory);
  std::vector<TrackFeatures> tracks(found.files.size());
  const std::vector<UnreadableFile> unreadable =
      load_features(backend, found.files, load, [&](std::size_t file, std::vector<float> raw) {
        tracks[file] = {found.files[file].lexically_relative(options.folder).string(),
                        storage.keep(padded(std::move(raw), window))};
      });
  std::erase_if(tracks, [](const TrackFeatures& track) { return track.frames() == 0; });
  Music music{std::move(tracks), std::move(found.unreadable)};
  music.unreadable.insert(music.unreadable.end(), unreadable.begin(), unreadable.end());
  return music;
}

TrackFeatures load_track(Backend& backend, const std::filesystem::path& audio, const WindowSpec& window) {
  return {audio.string(), padded(extract_features(backend, audio, FeatureDefinition::fractalsync), window)};
}

}  // namespace fractalsync
