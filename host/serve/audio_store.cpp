#include "host/serve/audio_store.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>

#include "host/dataset/discovery.h"
#include "host/io/atomic_file.h"
#include "host/io/folder.h"
#include "host/serve/audio_check.h"
#include "host/serve/multipart.h"
#include "host/serve/slot.h"
#include "host/serve/storage.h"

namespace fractalsync::serve {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUploads = "uploads";
constexpr std::size_t kLargestNote = 16384;
constexpr std::size_t kLongestOriginalName = 255;
constexpr std::chrono::seconds kListPatience{3};  ///< with looking at files, for one list

/// What is noted beside an uploaded file.
fs::path note_of(const fs::path& file) { return file.string() + ".json"; }

/// What clients call a file is shown back to them: without control characters, and not without end.
std::string shown_name(const std::string& name) {
  std::string shown;
  for (const char c : name.substr(0, kLongestOriginalName))
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) shown += c;
  return shown.empty() ? "without name" : shown;
}

std::vector<std::string> parts_of(const std::string& name) {
  std::vector<std::string> parts;
  for (const fs::path& part : fs::path(name)) parts.push_back(part.string());
  return parts;
}

/// What is known of a file without opening it.
AudioEntry unseen_audio(const fs::path& root, const fs::path& file, std::int64_t bytes) {
  AudioEntry entry;
  entry.name = file.lexically_relative(root).generic_string();
  entry.original_name = file.filename().string();
  entry.bytes = bytes;
  entry.uploaded = file.parent_path() == root / kUploads;
  return entry;
}

AudioEntry look_at_audio(const fs::path& root, const fs::path& file, std::int64_t bytes) {
  AudioEntry entry = unseen_audio(root, file, bytes);
  try {
    const Json note = entry.uploaded ? Json::parse(read_file(note_of(file), kLargestNote), nullptr, false) : Json();
    if (note.is_object()) {
      entry.original_name = note.value("original_name", entry.original_name);
      entry.seconds = note.value("seconds", 0.0);
      entry.sample_rate = note.value("sample_rate", 0);
      entry.channels = note.value("channels", 0);
      return entry;
    }
  } catch (const std::exception&) {
    // No note, or somebody else's: the file itself says what it is.
  }
  try {
    const AudioFacts facts = glance_at_audio(file);
    entry.seconds = facts.seconds;
    entry.sample_rate = facts.sample_rate;
    entry.channels = facts.channels;
  } catch (const Error& error) {
    entry.reason = error.what();
  }
  return entry;
}

}  // namespace

Json to_json(const AudioEntry& entry) {
  const auto or_null = [](auto number) { return number > 0 ? Json(number) : Json(); };
  return {{"name", entry.name},
          {"original_name", entry.original_name},
          {"seconds", or_null(entry.seconds)},
          {"bytes", entry.bytes},
          {"sample_rate", or_null(entry.sample_rate)},
          {"channels", or_null(entry.channels)},
          {"readable", entry.reason.empty()},
          {"reason", entry.reason.empty() ? Json() : Json(entry.reason)},
          {"uploaded", entry.uploaded}};
}

AudioStore::AudioStore(const MusicFolder& music, const AudioLimits& limits)
    : music_(music), limits_(limits), uploads_(music.root() / kUploads) {
  // A link there could lead what is uploaded elsewhere.
  if (fs::is_symlink(uploads_))
    throw Error("'" + uploads_.string() + "' is a link; uploads need a folder of their own");
  make_folders(uploads_);
  remove_incoming(uploads_);
}

std::vector<AudioEntry> AudioStore::list() {
  const std::lock_guard lock(listing_);
  AudioFiles found;
  try {
    found = find_audio_files(music_.root(), 0, music_.root());
  } catch (const Error&) {
    return {};  // there is no music yet
  }
  std::vector<AudioEntry> entries;
  std::map<std::string, Seen> seen;
  // Some formats take a process each to look at: what a first look does not get to, a later one does.
  const auto deadline = std::chrono::steady_clock::now() + kListPatience;
  for (const fs::path& file : found.files) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) continue;
    const std::int64_t modified = modified_ns(status);
    const auto known = seen_.find(file.string());
    if (known != seen_.end() && known->second.bytes == status.st_size && known->second.modified_ns == modified) {
      seen.emplace(file.string(), known->second);
    } else if (std::chrono::steady_clock::now() < deadline) {
      seen.emplace(file.string(), Seen{status.st_size, modified, look_at_audio(music_.root(), file, status.st_size)});
    } else {
      entries.push_back(unseen_audio(music_.root(), file, status.st_size));
      continue;
    }
    entries.push_back(seen.at(file.string()).entry);
  }
  seen_ = std::move(seen);
  for (const UnreadableFile& file : found.unreadable) {
    AudioEntry entry;
    entry.name = fs::path(file.path).lexically_relative(music_.root()).generic_string();
    entry.original_name = fs::path(file.path).filename().string();
    entry.reason = without_path(file.reason, music_.root(), music_.shown());
    entries.push_back(std::move(entry));
  }
  return entries;
}

Json AudioStore::list_json() {
  Json files = Json::array();
  for (const AudioEntry& entry : list()) files.push_back(to_json(entry));
  return {{"files", std::move(files)},
          {"bytes", uploaded_bytes()},
          {"quota_bytes", limits_.quota_bytes},
          {"data_dir", music_.shown()}};
}

Descriptor AudioStore::open(const std::string& name) {
  for (const AudioEntry& entry : list())
    if (entry.name == name && entry.reason.empty())
      if (std::optional<Descriptor> file = open_beneath(music_.root(), parts_of(name))) return *std::move(file);
  throw HttpError(404, "there is no such file");
}

void AudioStore::remove(const std::string& name) {
  for (const AudioEntry& entry : list()) {
    if (entry.name != name) continue;
    if (!entry.uploaded) throw HttpError(403, "only files that were uploaded can be deleted here");
    std::error_code error;
    const fs::path file = uploads_ / fs::path(name).filename();
    fs::remove(note_of(file), error);
    if (fs::remove(file, error)) return;
  }
  throw HttpError(404, "there is no such file");
}

std::int64_t AudioStore::uploaded_bytes() const {
  std::int64_t bytes = 0;
  std::error_code error;
  for (fs::directory_iterator entry(uploads_, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code gone;
    const std::uintmax_t size = entry->file_size(gone);
    if (!gone) bytes += static_cast<std::int64_t>(size);
  }
  return bytes;
}

/// One form on its way in.
class AudioStore::Upload {
 public:
  explicit Upload(AudioStore& store) : store_(store) {
    for (const AudioEntry& entry : store.list()) files_ += entry.uploaded ? 1 : 0;
  }

  void begin(const FormPart& part) {
    if (part.name != "files" && part.name != "file") throw HttpError(422, "the form's parts are called 'files'");
    if (++files_ > store_.limits_.files) throw HttpError(507, "there are as many uploaded files as there may be");
    require_free_space(store_.uploads_, 0);
    used_ = store_.uploaded_bytes();  // with what others are sending at this moment
    original_name_ = shown_name(part.filename);
    too_large_ = false;
    incoming_.emplace(store_.uploads_);
  }

  void data(std::string_view bytes) {
    if (too_large_) return;
    const std::int64_t size = incoming_->bytes() + static_cast<std::int64_t>(bytes.size());
    if (used_ + size > store_.limits_.quota_bytes)
      throw HttpError(507, "uploaded music takes all the room it may; delete some");
    too_large_ = size > store_.limits_.file_bytes;
    if (!too_large_) incoming_->write(bytes);
  }

  void end() {
    try {
      if (too_large_) throw Error(detail::concat("it is larger than ", store_.limits_.file_bytes >> 20, " MiB"));
      keep();
    } catch (const HttpError&) {
      throw;
    } catch (const Error& error) {
      rejected_.push_back({{"original_name", original_name_}, {"reason", error.what()}});
    }
    incoming_.reset();
  }

  Json result() const { return {{"uploaded", uploaded_}, {"rejected", rejected_}}; }
  bool empty() const { return uploaded_.empty() && rejected_.empty(); }

 private:
  void keep() {
    AudioFacts facts;
    {
      // One at a time: decoding is what costs, and training needs the processors too.
      const std::lock_guard lock(store_.checking_);
      facts = check_audio(incoming_->path(), store_.limits_.seconds, store_.limits_.decoding_seconds);
    }
    const fs::path file = store_.uploads_ / (new_name() + audio_ending(incoming_->path()));
    const Json note = {{"original_name", original_name_},
                       {"seconds", facts.seconds},
                       {"sample_rate", facts.sample_rate},
                       {"channels", facts.channels}};
    const std::int64_t bytes = incoming_->bytes();
    write_file_atomically(note_of(file), dumped(note) + "\n");
    incoming_->keep(file);
    uploaded_.push_back({{"name", std::string(kUploads) + "/" + file.filename().string()},
                         {"original_name", original_name_},
                         {"seconds", facts.seconds},
                         {"bytes", bytes}});
  }

  AudioStore& store_;
  std::int64_t used_ = 0;
  int files_ = 0;
  std::optional<Incoming> incoming_;
  std::string original_name_;
  bool too_large_ = false;
  Json uploaded_ = Json::array(), rejected_ = Json::array();
};

Json AudioStore::upload(const HttpRequest& request) {
  const Slot slot(uploading_, limits_.uploads, "too many uploads at a time; try again in a moment");
  Upload upload(*this);
  MultipartParser form(
      multipart_boundary(request.head.field("content-type")), [&](const FormPart& part) { upload.begin(part); },
      [&](std::string_view bytes) { upload.data(bytes); }, [&] { upload.end(); });
  request.read_body([&](std::string_view bytes) { form.feed(bytes); }, limits_.request_bytes);
  form.finish();
  if (upload.empty()) throw HttpError(422, "the form has no part 'files'");
  return upload.result();
}

}  // namespace fractalsync::serve
