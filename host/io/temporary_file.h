// A file without a name, for what does not fit into memory: it is gone when its owner is, however that ends.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>

#include "host/io/descriptor.h"

namespace fractalsync {

/// Where such files belong: TMPDIR, or else /var/tmp, which lies on a disk where /tmp often lies in memory.
std::filesystem::path folder_for_large_files();

/// May be shared by threads. Every call throws Error, one sentence that names the folder, when the disk says no.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::filesystem::path& folder);

  /// Returns where the bytes begin.
  std::int64_t append(const void* data, std::int64_t bytes);
  /// `bytes` bytes from `at` on, all of which have been appended.
  void read(std::int64_t at, void* data, std::int64_t bytes) const;

 private:
  std::filesystem::path folder_;
  Descriptor file_;
  std::atomic<std::int64_t> end_{0};
};

}  // namespace fractalsync
