// Folders that clients may put files into: names that we make up, sizes that are counted, links that are not followed.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "host/serve/http.h"

namespace fractalsync::serve {

/// "20261125-201500": local time, for names that people read.
std::string time_name();
/// "2026-11-25T19:15:00Z", of a file's change or of now.
std::string iso_time(std::time_t time);
std::string iso_now();

/// [A-Za-z0-9._-]{1,100}, not beginning with a dot: what a name in an address must look like before it is looked up.
bool is_plain_name(const std::string& name);

/// A new name: time_name(), a dash and six random hexadecimal digits.
std::string new_name();

/// Opens a regular file `relative` to `root`, part by part; no part may be a link, or begin with a dot. Nothing when
/// there is none.
std::optional<Descriptor> open_beneath(const std::filesystem::path& root, const std::vector<std::string>& relative);

std::int64_t file_bytes(const Descriptor& file);

/// When a file was last changed, in nanoseconds since 1970.
std::int64_t modified_ns(const struct stat& status);

/// A file being received: `.NAME.tmp` in `folder` until `keep`, removed if that never comes.
class Incoming {
 public:
  explicit Incoming(const std::filesystem::path& folder);
  ~Incoming();
  Incoming(const Incoming&) = delete;
  Incoming& operator=(const Incoming&) = delete;

  /// Throws HttpError(507) when the disk is full.
  void write(std::string_view bytes);
  std::int64_t bytes() const { return bytes_; }
  const std::filesystem::path& path() const { return path_; }
  /// Syncs, then renames to `place`. Throws Error when that fails.
  void keep(const std::filesystem::path& place);

 private:
  std::filesystem::path path_;
  Descriptor file_;
  std::int64_t bytes_ = 0;
};

/// Removes what a server that was killed left half received.
void remove_incoming(const std::filesystem::path& folder);

/// Throws HttpError(507) when fewer than `wanted` bytes, and a reserve, are free where `folder` lies.
void require_free_space(const std::filesystem::path& folder, std::int64_t wanted);

/// `text` without `path`, wherever it stands: answers hold no paths of this machine.
std::string without_path(std::string text, const std::filesystem::path& path, const std::string& in_its_place);

/// An answer that sends an open file; a single range (RFC 9110, section 14) is honoured, several are ignored. Throws
/// HttpError(416) for a range beyond the file.
HttpResponse file_response(Descriptor file, const std::string& content_type, const RequestHead& head);

}  // namespace fractalsync::serve
