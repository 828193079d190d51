#include "host/io/temporary_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include "core/check.h"

namespace fractalsync {
namespace {

[[noreturn]] void fail(const std::string& what, const std::filesystem::path& folder, const char* why) {
  throw Error(what + " a temporary file in '" + folder.string() + "': " + why +
              " (TMPDIR can name another folder with more room)");
}

/// Calls `transfer`(data, bytes, at), pread or pwrite, until all is done; false when it fails or there is no more.
template <class Byte, class Transfer>
bool transfer_all(Byte* data, std::int64_t bytes, std::int64_t at, Transfer transfer) {
  errno = 0;
  while (bytes > 0) {
    const ssize_t done = transfer(data, static_cast<std::size_t>(bytes), at);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    data += done;
    bytes -= done;
    at += done;
  }
  return true;
}

const char* why() { return errno == 0 ? "it ends too early" : std::strerror(errno); }

}  // namespace

std::filesystem::path folder_for_large_files() {
  const char* const chosen = std::getenv("TMPDIR");
  return chosen != nullptr && *chosen != '\0' ? chosen : "/var/tmp";
}

TemporaryFile::TemporaryFile(const std::filesystem::path& folder) : folder_(folder) {
  std::string name = (folder / "fractalsync.XXXXXX").string();
  file_ = Descriptor(::mkostemp(name.data(), O_CLOEXEC));
  if (!file_.valid()) fail("cannot make", folder_, std::strerror(errno));
  if (::unlink(name.c_str()) != 0) fail("cannot unlink", folder_, std::strerror(errno));
}

std::int64_t TemporaryFile::append(const void* data, std::int64_t bytes) {
  const std::int64_t at = end_.fetch_add(bytes);
  const auto write = [&](const char* from, std::size_t count, std::int64_t to) {
    return ::pwrite(file_.get(), from, count, to);
  };
  if (!transfer_all(static_cast<const char*>(data), bytes, at, write)) fail("cannot write", folder_, why());
  return at;
}

void TemporaryFile::read(std::int64_t at, void* data, std::int64_t bytes) const {
  const auto read = [&](char* to, std::size_t count, std::int64_t from) {
    return ::pread(file_.get(), to, count, from);
  };
  if (!transfer_all(static_cast<char*>(data), bytes, at, read)) fail("cannot read", folder_, why());
}

}  // namespace fractalsync
