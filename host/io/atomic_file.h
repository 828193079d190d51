// Files that appear whole or not at all: written beside their place under a temporary name, synced, renamed.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "host/io/descriptor.h"

namespace fractalsync {

/// A file on its way: under a temporary name beside its place, made empty, for us or another program to fill. Unless it
/// was committed it is removed in the end, and what was at its place is left as it was. Two processes writing the same
/// path do not mix.
class PendingFile {
 public:
  /// Throws Error when nothing can be written there.
  explicit PendingFile(std::filesystem::path path);
  ~PendingFile();
  PendingFile(const PendingFile&) = delete;
  PendingFile& operator=(const PendingFile&) = delete;

  const std::string& temporary() const { return temporary_; }
  int descriptor() const { return file_.get(); }
  /// Syncs it and puts it in its place. Throws Error when that fails.
  void commit();

 private:
  std::filesystem::path path_;
  std::string temporary_;  ///< empty once committed
  Descriptor file_;
};

/// Replaces `path` by `content`. On any failure throws Error (which says what failed and why), leaves what was at
/// `path` as it was, and removes the temporary file. Two processes writing the same path do not mix.
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// The whole content of a file; throws Error when it cannot be read or is larger than `limit` bytes.
std::string read_file(const std::filesystem::path& path, std::size_t limit = std::size_t{1} << 32);

}  // namespace fractalsync
