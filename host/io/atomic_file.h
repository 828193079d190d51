// Files that appear whole or not at all: written beside their place under a temporary name, synced, renamed.
#pragma once

#include <filesystem>
#include <string_view>

namespace fractalsync {

/// Replaces `path` by `content`. On any failure throws Error (which says what failed and why), leaves what was at
/// `path` as it was, and removes the temporary file. Two processes writing the same path do not mix.
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// The whole content of a file; throws Error when it cannot be read or is larger than `limit` bytes.
std::string read_file(const std::filesystem::path& path, std::size_t limit = std::size_t{1} << 32);

}  // namespace fractalsync
