#include "host/io/folder.h"

#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "core/check.h"

namespace fractalsync {

void make_folders(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error && !std::filesystem::is_directory(folder, error) && !error)
    error = std::make_error_code(std::errc::not_a_directory);
  if (error) throw Error("cannot make the folder '" + folder.string() + "': " + error.message());
}

void check_writable(const std::filesystem::path& folder) {
  const std::filesystem::path place = folder.empty() ? "." : folder;
  if (::access(place.c_str(), W_OK | X_OK) != 0)
    throw Error("cannot write to the folder '" + place.string() + "': " + std::generic_category().message(errno));
}

}  // namespace fractalsync
