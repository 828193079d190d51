#include "host/io/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include "core/check.h"

namespace fractalsync {
namespace {

/// The mode of a newly made file. The mask can only be read by setting it, for the whole process: once.
mode_t default_mode() {
  static const mode_t mask = [] {
    const mode_t current = ::umask(0);
    ::umask(current);
    return current;
  }();
  return 0666 & ~mask;
}

[[noreturn]] void fail(const std::string& what, const std::filesystem::path& path) {
  throw Error(what + " '" + path.string() + "': " + std::strerror(errno));
}

void write_all(int fd, std::string_view content, const std::filesystem::path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      fail("cannot write", path);
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

PendingFile::PendingFile(std::filesystem::path path) : path_(std::move(path)) {
  const std::filesystem::path folder = path_.has_parent_path() ? path_.parent_path() : ".";
  temporary_ = (folder / ("." + path_.filename().string() + ".XXXXXX.tmp")).string();
  file_ = Descriptor(::mkostemps(temporary_.data(), 4, O_CLOEXEC));
  if (!file_.valid()) fail("cannot write", path_);
}

PendingFile::~PendingFile() {
  if (file_.valid() && !temporary_.empty()) ::unlink(temporary_.c_str());
}

void PendingFile::commit() {
  // mkostemps makes private files; this one is a product like any other.
  if (::fchmod(file_.get(), default_mode()) != 0 || ::fsync(file_.get()) != 0) fail("cannot write", path_);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail("cannot write", path_);
  temporary_.clear();
  // The rename itself is durable once the folder is synced; some file systems refuse that, and the file is whole
  // either way.
  const std::filesystem::path folder = path_.has_parent_path() ? path_.parent_path() : ".";
  const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() >= 0) ::fsync(directory.get());
}

void write_file_atomically(const std::filesystem::path& path, std::string_view content) {
  PendingFile file(path);
  write_all(file.descriptor(), content, path);
  file.commit();
}

std::string read_file(const std::filesystem::path& path, std::size_t limit) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) fail("cannot read", path);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail("cannot read", path);
  if (!S_ISREG(status.st_mode)) throw Error("cannot read '" + path.string() + "': not a file");
  if (static_cast<std::size_t>(status.st_size) > limit) throw Error("cannot read '" + path.string() + "': too large");
  std::string content(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t filled = 0;
  while (filled < content.size()) {
    const ssize_t got = ::read(file.get(), content.data() + filled, content.size() - filled);
    if (got < 0) {
      if (errno == EINTR) continue;
      fail("cannot read", path);
    }
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  content.resize(filled);
  return content;
}

}  // namespace fractalsync
