#include "host/dataset/discovery.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/check.h"

namespace fractalsync {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 9> kEndings = {".wav", ".flac", ".ogg",  ".opus", ".mp3",
                                                      ".m4a", ".aac",  ".aiff", ".aif"};

bool is_named_like_audio(const fs::path& path) {
  std::string ending = path.extension().string();
  for (char& c : ending)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

/// Does a link lead out of `folder`, which has no links in its path itself?
bool leads_out_of(const fs::path& folder, const fs::path& link) {
  std::error_code error;
  const fs::path target = fs::canonical(link, error);
  return !error && *target.lexically_relative(folder).begin() == "..";
}

class Search {
 public:
  explicit Search(const fs::path& within) : within_(within.empty() ? within : fs::canonical(within)) {}

  void visit(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::path> entries;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
      entries.push_back(entry->path());
    if (error) leave_out(folder, error.message());
    // Of several ways to a folder the first in order is taken, whatever order the file system lists them in.
    std::sort(entries.begin(), entries.end());
    for (const fs::path& entry : entries) look_at(entry);
  }

  bool is_new(const struct stat& folder) { return visited_.insert({folder.st_dev, folder.st_ino}).second; }

  AudioFiles found;

 private:
  void leave_out(const fs::path& path, const std::string& why) {
    found.unreadable.push_back({path.string(), "cannot read '" + path.string() + "': " + why});
  }

  void look_at(const fs::path& entry) {
    struct stat status {};
    std::error_code error;
    if (!within_.empty() && fs::is_symlink(entry, error) && leads_out_of(within_, entry)) {
      leave_out(entry, "it is a link that leads out of the music folder");
    } else if (::stat(entry.c_str(), &status) != 0) {
      if (is_named_like_audio(entry)) leave_out(entry, std::strerror(errno));
    } else if (S_ISDIR(status.st_mode)) {
      if (is_new(status)) visit(entry);
    } else if (S_ISREG(status.st_mode) && is_named_like_audio(entry)) {
      found.files.push_back(entry);
    }
  }

  fs::path within_;
  std::set<std::pair<dev_t, ino_t>> visited_;
};

}  // namespace

AudioFiles find_audio_files(const fs::path& folder, int max_files, const fs::path& within) {
  FS_CHECK(max_files >= 0);
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0)
    throw Error("cannot read the folder '" + folder.string() + "': " + std::strerror(errno));
  if (!S_ISDIR(status.st_mode)) throw Error("'" + folder.string() + "' is a file, not a folder of audio");
  Search search(within);
  search.is_new(status);
  search.visit(folder);
  AudioFiles found = std::move(search.found);
  if (found.files.empty()) {
    if (!found.unreadable.empty()) throw Error(found.unreadable[0].reason);
    std::string endings;
    for (const std::string_view ending : kEndings) endings += " " + std::string(ending);
    throw Error("there is no audio in '" + folder.string() + "': put files there that end in" + endings);
  }
  // By bytes of the whole path: fs::path would compare part by part, which is another order.
  std::sort(found.files.begin(), found.files.end(),
            [](const fs::path& a, const fs::path& b) { return a.native() < b.native(); });
  if (max_files > 0 && found.files.size() > static_cast<std::size_t>(max_files))
    found.files.resize(static_cast<std::size_t>(max_files));
  return found;
}

}  // namespace fractalsync
