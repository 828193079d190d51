// The server's music folder, and what may be asked of it: itself and the folders below, and nothing that a link within
// leads to elsewhere.
#pragma once

#include <filesystem>
#include <string>

namespace fractalsync::serve {

class MusicFolder {
 public:
  /// Makes the folder if there is none. Throws Error when that fails.
  explicit MusicFolder(const std::filesystem::path& folder);

  /// The folder that a client means: by the server's own name for it (`shown`), absolutely, or relative to it. Throws
  /// HttpError(422) when there is no such folder, or it lies outside.
  std::filesystem::path resolve(const std::string& wanted) const;

  /// Without links: what paths of its files begin with.
  const std::filesystem::path& root() const { return root_; }
  /// As clients see it: as it was given when that was relative, else its last part.
  const std::string& shown() const { return shown_; }

 private:
  std::filesystem::path root_, given_;
  std::string shown_;
};

}  // namespace fractalsync::serve
