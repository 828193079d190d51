#include "host/serve/music_folder.h"

#include "host/io/folder.h"
#include "host/serve/http.h"

namespace fractalsync::serve {
namespace {

namespace fs = std::filesystem;

/// `path` relative to `folder` where it lies below it or is it ("" then); nothing otherwise. By text alone.
std::optional<fs::path> below(const fs::path& path, const fs::path& folder) {
  const fs::path relative = path.lexically_relative(folder);
  if (relative.empty() || *relative.begin() == "..") return std::nullopt;
  return relative == "." ? fs::path() : relative;
}

fs::path without_slash(const fs::path& path) { return path.has_filename() ? path : path.parent_path(); }

}  // namespace

MusicFolder::MusicFolder(const fs::path& folder) : given_(without_slash(folder.lexically_normal())) {
  make_folders(folder);
  root_ = fs::canonical(folder);
  shown_ = given_.is_relative() && *given_.begin() != ".." ? given_.generic_string() : root_.filename().string();
}

fs::path MusicFolder::resolve(const std::string& wanted) const {
  const HttpError no_such(422, "'data_dir' must be the server's music folder '" + shown_ + "' or a folder below it");
  if (wanted.empty() || wanted.find('\0') != std::string::npos) throw no_such;
  const fs::path path = without_slash(fs::path(wanted).lexically_normal());
  std::optional<fs::path> relative;
  for (const fs::path& name : {given_, fs::path(shown_), root_})
    if (!relative && path.is_absolute() == name.is_absolute()) relative = below(path, name);
  if (!relative && path.is_relative() && *path.begin() != "..") relative = path == "." ? fs::path() : path;
  if (!relative) throw no_such;
  std::error_code error;
  const fs::path found = fs::canonical(root_ / *relative, error);
  // A link may have led out of the folder.
  if (error || !below(found, root_) || !fs::is_directory(found, error)) throw no_such;
  return found;
}

}  // namespace fractalsync::serve
