// From a folder of music to tracks of raw features: what training and evaluation start from.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "backend.h"
#include "host/dataset/discovery.h"
#include "host/dataset/track_store.h"
#include "stages/window.h"

namespace fractalsync {

struct MusicOptions {
  std::filesystem::path folder;
  std::filesystem::path cache;  ///< empty: none
  int max_files = 0;            ///< the first so many in order of path; 0: all
  int threads = 0;              ///< files read at a time; 0: one per processor
  /// Links that lead out of this folder are not followed; empty: all are.
  std::filesystem::path within;
  std::int64_t features_in_memory =
      kRawFeaturesInMemory;  ///< bytes; those of the other tracks go to a file without a name
};

struct Music {
  std::vector<TrackFeatures> tracks;  ///< named by path within the folder, in that order
  std::vector<UnreadableFile> unreadable;
};

using FilesDone = std::function<void(std::int64_t done, std::int64_t total)>;

/// Finds, decodes and measures the music of a folder. Tracks shorter than a window are padded. Throws Error when the
/// folder cannot be read, holds no audio, or none of it is readable. Returns early, with what there is, once `stop` is
/// set.
Music load_music(Backend& backend, const MusicOptions& options, const WindowSpec& window, const FilesDone& done,
                 const std::atomic<bool>& stop);

/// One file, named by its path. Throws Error when it cannot be read.
TrackFeatures load_track(Backend& backend, const std::filesystem::path& audio, const WindowSpec& window);

}  // namespace fractalsync
