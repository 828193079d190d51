#include "host/io/folder.h"

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

}  // namespace fractalsync
