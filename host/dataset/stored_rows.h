// Where the rows that music is made of lie from when they are known until training is over: those of the first tracks
// in memory, those of all others in a file without a name. So memory does not grow with the hours of music. Raw
// features take 3.7 MB an hour, how songs have been 7.4 MB.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "core/view.h"
#include "host/io/temporary_file.h"
#include "stages/context.h"
#include "stages/features.h"

namespace fractalsync {

/// A row [columns] for each frame of one track, wherever they lie. A copy shares them.
template <int columns>
class StoredRows {
 public:
  StoredRows() = default;
  /// In memory.
  StoredRows(std::vector<float> rows);
  /// In `file`, from byte `at` on.
  StoredRows(std::shared_ptr<const TemporaryFile> file, std::int64_t at, std::int64_t frames)
      : frames_(frames), file_(std::move(file)), at_(at) {}

  std::int64_t frames() const { return frames_; }
  /// Copies frames [first, first + count) to `rows` [count * columns]. Throws Error when the file cannot be read.
  void read(std::int64_t first, std::int64_t count, View<float> rows) const;
  /// All of them.
  std::vector<float> read() const;

 private:
  std::int64_t frames_ = 0;
  std::shared_ptr<const std::vector<float>> memory_;  ///< this or the file
  std::shared_ptr<const TemporaryFile> file_;
  std::int64_t at_ = 0;
};

template <int columns>
class RowStorage {
 public:
  /// Keeps up to so many bytes in memory.
  explicit RowStorage(std::int64_t bytes_in_memory) : room_(bytes_in_memory) {}

  /// Takes over one track's rows. May be called by several threads. Throws Error when there has to be a file and it
  /// cannot be written.
  StoredRows<columns> keep(std::vector<float> rows);

 private:
  std::mutex mutex_;
  std::int64_t room_;  ///< bytes
  std::shared_ptr<TemporaryFile> file_;
};

using RawFeatures = StoredRows<kBaseFeatures>;
using RawFeatureStorage = RowStorage<kBaseFeatures>;
using SongContext = StoredRows<kContextColumns>;
using SongContextStorage = RowStorage<kContextColumns>;

/// 18 hours of music.
inline constexpr std::int64_t kRawFeaturesInMemory = std::int64_t{64} << 20;

}  // namespace fractalsync
