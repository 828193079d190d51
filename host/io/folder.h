// Making the folders that files go to.
#pragma once

#include <filesystem>

namespace fractalsync {

/// Makes `folder` and those above it where they are missing. Throws Error, which names the folder and says why, when
/// there can be no such folder.
void make_folders(const std::filesystem::path& folder);

/// Throws Error, which names the folder and says why, when no file can be made in it: before long work, not after it.
/// "" is the current folder.
void check_writable(const std::filesystem::path& folder);

}  // namespace fractalsync
