// Many files at once: each worker thread decodes one file after another, unless the cache has its features; the device
// computes them.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "host/dataset/discovery.h"
#include "host/dataset/extraction.h"
#include "host/dataset/feature_cache.h"

namespace fractalsync {

/// One file's raw features, [frames, 6].
struct FileFeatures {
  std::filesystem::path path;
  std::vector<float> raw;
};

struct LoadedFeatures {
  std::vector<FileFeatures> files;         ///< in the order asked for, whatever order they were ready in
  std::vector<UnreadableFile> unreadable;  ///< likewise
};

struct LoadOptions {
  FeatureDefinition definition = FeatureDefinition::fractalsync;
  int threads = 0;                ///< files read at a time; 0: one per processor
  FeatureCache* cache = nullptr;  ///< none: every file is decoded
  /// Called after each file, readable or not, by one thread at a time.
  std::function<void(std::int64_t done, std::int64_t total)> progress;
  /// Once set, files not yet finished are left out (and are not called unreadable).
  const std::atomic<bool>* stop = nullptr;
};

/// Features are computed by `backend`, on the calling thread, whichever thread has decoded the samples. Memory is that of
/// the results and of one block per thread. Throws Error when there are files and not one of them is readable.
LoadedFeatures load_features(Backend& backend, const std::vector<std::filesystem::path>& files,
                             const LoadOptions& options);

}  // namespace fractalsync
