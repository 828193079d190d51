// Where the raw features of music lie from when they are read until training is over: those of the first tracks in
// memory, those of all others in a file without a name. So memory does not grow with the hours of music; the file takes
// 3.7 MB an hour.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "core/view.h"
#include "host/io/temporary_file.h"
#include "stages/features.h"

namespace fractalsync {

/// Raw features [frames, 6] of one track, wherever they lie. A copy shares them.
class RawFeatures {
 public:
  RawFeatures() = default;
  /// In memory.
  RawFeatures(std::vector<float> rows);
  /// In `file`, from byte `at` on.
  RawFeatures(std::shared_ptr<const TemporaryFile> file, std::int64_t at, std::int64_t frames)
      : frames_(frames), file_(std::move(file)), at_(at) {}

  std::int64_t frames() const { return frames_; }
  /// Copies frames [first, first + count) to `rows` [count * 6]. Throws Error when the file cannot be read.
  void read(std::int64_t first, std::int64_t count, View<float> rows) const;
  /// All of them.
  std::vector<float> read() const;

 private:
  std::int64_t frames_ = 0;
  std::shared_ptr<const std::vector<float>> memory_;  ///< this or the file
  std::shared_ptr<const TemporaryFile> file_;
  std::int64_t at_ = 0;
};

/// 18 hours of music.
inline constexpr std::int64_t kRawFeaturesInMemory = std::int64_t{64} << 20;

class RawFeatureStorage {
 public:
  /// Keeps up to so many bytes in memory.
  explicit RawFeatureStorage(std::int64_t bytes_in_memory = kRawFeaturesInMemory) : room_(bytes_in_memory) {}

  /// Takes over one track's rows [frames, 6]. May be called by several threads. Throws Error when there has to be a
  /// file and it cannot be written.
  RawFeatures keep(std::vector<float> rows);

 private:
  std::mutex mutex_;
  std::int64_t room_;  ///< bytes
  std::shared_ptr<TemporaryFile> file_;
};

}  // namespace fractalsync
