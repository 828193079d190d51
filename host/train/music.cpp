#include "host/train/music.h"

#include <spdlog/spdlog.h>

#include <optional>

#include "host/dataset/feature_cache.h"
#include "host/dataset/loading.h"

namespace fractalsync {
namespace {

/// A track of these raw features [frames, 6], at least one window long.
TrackFeatures track_from(std::string name, std::vector<float> raw, const WindowSpec& window) {
  pad_with_last_frame(raw, kBaseFeatures, window.frames);
  return {std::move(name), std::move(raw)};
}

}  // namespace

Music load_music(Backend& backend, const MusicOptions& options, const WindowSpec& window,
                 const FilesDone& done, const std::atomic<bool>& stop) {
  AudioFiles found = find_audio_files(options.folder, options.max_files, options.within);
  std::optional<FeatureCache> cache;
  if (!options.cache.empty())
    cache.emplace(options.cache, [](const std::string& trouble) { spdlog::warn("{}", trouble); });
  LoadOptions load;
  load.threads = options.threads;
  load.cache = cache ? &*cache : nullptr;
  load.progress = done;
  load.stop = &stop;
  LoadedFeatures loaded = load_features(backend, found.files, load);
  Music music;
  for (FileFeatures& file : loaded.files)
    music.tracks.push_back(
        track_from(file.path.lexically_relative(options.folder).string(), std::move(file.raw), window));
  music.unreadable = std::move(found.unreadable);
  music.unreadable.insert(music.unreadable.end(), loaded.unreadable.begin(), loaded.unreadable.end());
  return music;
}

TrackFeatures load_track(Backend& backend, const std::filesystem::path& audio, const WindowSpec& window) {
  return track_from(audio.string(), extract_features(backend, audio, FeatureDefinition::fractalsync), window);
}

}  // namespace fractalsync
