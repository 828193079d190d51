#include "host/serve/storage.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <random>

namespace fractalsync::serve {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kReserve = std::int64_t{256} << 20;  ///< bytes of a disk that are left to everybody else

std::string formatted(const std::tm& parts, const char* format) {
  char text[32];
  return {text, std::strftime(text, sizeof text, format, &parts)};
}

struct Range {
  std::int64_t offset, length;
};

/// The one range of "bytes=first-last", "bytes=first-" or "bytes=-count"; nothing when it is none of these.
std::optional<Range> parse_range(const std::string& text, std::int64_t size) {
  const std::size_t dash = text.find('-');
  if (!text.starts_with("bytes=") || dash == std::string::npos) return std::nullopt;
  const std::string first = text.substr(6, dash - 6), last = text.substr(dash + 1);
  const auto digits = [](const std::string& s) {
    return s.size() <= 18 && s.find_first_not_of("0123456789") == std::string::npos;
  };
  if (!digits(first) || !digits(last) || (first.empty() && last.empty())) return std::nullopt;
  if (first.empty()) {
    const std::int64_t count = std::min<std::int64_t>(std::stoll(last), size);
    return Range{size - count, count};
  }
  const std::int64_t begin = std::stoll(first), end = last.empty() ? size - 1 : std::stoll(last);
  if (end < begin && begin < size) return std::nullopt;
  return Range{begin, std::min(end, size - 1) - begin + 1};
}

}  // namespace

std::string time_name() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::localtime_r(&now, &parts);
  return formatted(parts, "%Y%m%d-%H%M%S");
}

std::string iso_time(std::time_t time) {
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  return formatted(parts, "%Y-%m-%dT%H:%M:%SZ");
}

std::string iso_now() { return iso_time(std::time(nullptr)); }

bool is_plain_name(const std::string& name) {
  return !name.empty() && name.size() <= 100 && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
                  c == '-';
         });
}

std::string new_name() {
  std::random_device random;
  std::string name = time_name() + "-";
  for (int i = 0; i < 6; ++i) name += "0123456789abcdef"[random() % 16];
  return name;
}

std::optional<Descriptor> open_beneath(const fs::path& root, const std::vector<std::string>& relative) {
  Descriptor at(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (std::size_t i = 0; i < relative.size() && at.valid(); ++i) {
    const std::string& part = relative[i];
    if (part.empty() || part.front() == '.' || part.find('/') != std::string::npos) return std::nullopt;
    const bool last = i + 1 == relative.size();
    at = Descriptor(
        ::openat(at.get(), part.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | (last ? 0 : O_DIRECTORY)));
  }
  struct stat status {};
  if (relative.empty() || !at.valid() || ::fstat(at.get(), &status) != 0 || !S_ISREG(status.st_mode))
    return std::nullopt;
  return at;
}

std::int64_t file_bytes(const Descriptor& file) {
  struct stat status {};
  return ::fstat(file.get(), &status) == 0 ? status.st_size : 0;
}

std::int64_t modified_ns(const struct stat& status) {
  return status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec;
}

Incoming::Incoming(const fs::path& folder) {
  std::string name = (folder / ".incoming-XXXXXX.tmp").string();
  file_ = Descriptor(::mkostemps(name.data(), 4, O_CLOEXEC));
  if (!file_.valid()) throw Error("cannot write into '" + folder.string() + "': " + std::strerror(errno));
  path_ = name;
}

Incoming::~Incoming() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

void Incoming::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && (errno == ENOSPC || errno == EDQUOT)) throw HttpError(507, "the server's disk is full");
    if (written < 0) throw Error("cannot write '" + path_.string() + "': " + std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(written));
    bytes_ += written;
  }
}

void Incoming::keep(const fs::path& place) {
  if (::fchmod(file_.get(), 0644) != 0 || ::fsync(file_.get()) != 0 || ::rename(path_.c_str(), place.c_str()) != 0)
    throw Error("cannot write '" + place.string() + "': " + std::strerror(errno));
  path_.clear();
}

void remove_incoming(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> found;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with(".incoming-") && name.ends_with(".tmp")) found.push_back(entry->path());
  }
  for (const fs::path& path : found) fs::remove(path, error);
}

void require_free_space(const fs::path& folder, std::int64_t wanted) {
  std::error_code error;
  const fs::space_info space = fs::space(folder, error);
  if (!error && static_cast<std::int64_t>(std::min<std::uintmax_t>(space.available, INT64_MAX)) < wanted + kReserve)
    throw HttpError(507, "the server's disk is nearly full");
}

std::string without_path(std::string text, const fs::path& path, const std::string& in_its_place) {
  const std::string gone = path.string();
  if (gone.empty()) return text;
  for (std::size_t at = 0; (at = text.find(gone, at)) != std::string::npos; at += in_its_place.size())
    text.replace(at, gone.size(), in_its_place);
  return text;
}

HttpResponse file_response(Descriptor file, const std::string& content_type, const RequestHead& head) {
  HttpResponse response;
  const std::int64_t size = file_bytes(file);
  response.content_type = content_type;
  response.length = size;
  response.fields.emplace_back("Accept-Ranges", "bytes");
  if (const auto range = parse_range(head.field("range"), size)) {
    if (range->offset >= size || range->length <= 0) {
      response = error_response(416, "the range lies beyond the file");
      response.fields.emplace_back("Content-Range", "bytes */" + std::to_string(size));
      return response;
    }
    response.status = 206;
    response.offset = range->offset;
    response.length = range->length;
    response.fields.emplace_back("Content-Range", "bytes " + std::to_string(range->offset) + "-" +
                                                      std::to_string(range->offset + range->length - 1) + "/" +
                                                      std::to_string(size));
  }
  response.file = std::make_shared<Descriptor>(std::move(file));
  return response;
}

}  // namespace fractalsync::serve
