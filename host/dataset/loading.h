// Many files at once: each worker thread decodes one file after another, unless the cache has its features; the device
// computes them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "host/dataset/discovery.h"
#include "host/dataset/extraction.h"
#include "host/dataset/feature_cache.h"

namespace fractalsync {

struct LoadOptions {
  FeatureDefinition definition = FeatureDefinition::fractalsync;
  int threads = 0;                ///< files read at a time; 0: one per processor
  FeatureCache* cache = nullptr;  ///< none: every file is decoded
  /// Called after each file, readable or not, by one thread at a time.
  std::function<void(std::int64_t done, std::int64_t total)> progress;
  /// Once set, files not yet finished are left out (and are not called unreadable).
  const std::atomic<bool>* stop = nullptr;
};

/// Takes the raw features [frames, 6] of file number `file`; called by several threads at a time, in any order.
using TakeFeatures = std::function<void(std::size_t file, std::vector<float> raw)>;

/// Hands the features of each file to `take`, and returns what could not be read, in the order of `files`. Features are
/// computed by `backend`, on the calling thread, whichever thread has decoded the samples. Memory is that of one file's
/// features and one block of samples per thread. Throws Error when there are files and not one of them is readable, and
/// what `take` throws.
std::vector<UnreadableFile> load_features(Backend& backend, const std::vector<std::filesystem::path>& files,
                                          const LoadOptions& options, const TakeFeatures& take);

}  // namespace fractalsync
