// The music that training reads: what lies in the music folder, and what was uploaded into it.
#pragma once

#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "host/serve/http.h"
#include "host/serve/music_folder.h"

namespace fractalsync::serve {

struct AudioLimits {
  std::int64_t file_bytes = std::int64_t{512} << 20;
  std::int64_t request_bytes = std::int64_t{2} << 30;
  std::int64_t quota_bytes = std::int64_t{8} << 30;  ///< of all uploads together
  int files = 4096;                                  ///< of all uploads together
  double seconds = 3 * 3600;                         ///< of one file's sound
  int uploads = 4;                                   ///< requests at a time
  double decoding_seconds = 60;                      ///< that checking one file may take
};

struct AudioEntry {
  std::string name;           ///< path within the music folder
  std::string original_name;  ///< as the client called it
  double seconds = 0;         ///< 0: its head does not say
  std::int64_t bytes = 0;
  int sample_rate = 0, channels = 0;
  std::string reason;  ///< why it cannot be read; empty when it can
  bool uploaded = false;
};

Json to_json(const AudioEntry& entry);

class AudioStore {
 public:
  AudioStore(const MusicFolder& music, const AudioLimits& limits);

  /// In order of name.
  std::vector<AudioEntry> list();
  /// {"files", "bytes", "quota_bytes", "data_dir"}
  Json list_json();
  /// Throws HttpError(404).
  Descriptor open(const std::string& name);
  /// Only what was uploaded. Throws HttpError: 404, 403.
  void remove(const std::string& name);

  /// Takes the form of an upload, several parts "files" (or "file"): each is received, decoded to its end, and kept if
  /// it is sound. {"uploaded": [...], "rejected": [...]}. Throws HttpError when the form as a whole cannot be taken.
  Json upload(const HttpRequest& request);

 private:
  struct Seen {
    std::int64_t bytes = 0, modified_ns = 0;
    AudioEntry entry;
  };

  class Upload;

  std::int64_t uploaded_bytes() const;

  const MusicFolder& music_;
  AudioLimits limits_;
  std::filesystem::path uploads_;
  std::mutex listing_, checking_;
  std::atomic<int> uploading_{0};
  std::map<std::string, Seen> seen_;
};

}  // namespace fractalsync::serve
