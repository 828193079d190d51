// The folder of models: what runs exported, what the command line did, and what was uploaded.
#pragma once

#include <atomic>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "host/serve/http.h"

namespace fractalsync::serve {

struct ModelLimits {
  std::int64_t file_bytes = std::int64_t{64} << 20;
  std::int64_t quota_bytes = std::int64_t{1} << 30;  ///< of all uploads together
  int uploads = 2;                                   ///< at a time, since they are held in memory
};

struct ModelEntry {
  std::string name;  ///< of the file: one part of a path
  bool pipeline = false, uploaded = false;
  std::int64_t bytes = 0, modified_ns = 0;
  Json metadata;  ///< as the model's own metadata_props say
};

/// {"name", "url", "kind", "bytes", "created", "epoch", "origin"}
Json to_json(const ModelEntry& entry);

class ModelStore {
 public:
  /// Makes the folder if there is none.
  ModelStore(const std::filesystem::path& folder, const ModelLimits& limits);

  /// Newest first. Files that are no models of ours are left out.
  std::vector<ModelEntry> list();
  /// Throws HttpError(404).
  ModelEntry find(const std::string& name);
  Descriptor open(const std::string& name) const;
  /// The newest model.onnx-like file; nothing when there is none.
  std::optional<ModelEntry> latest();
  /// The file beside the model; its metadata_props where there is none.
  Json metadata(const ModelEntry& entry) const;
  void remove(const std::string& name);

  /// Takes the form of an upload ("file", and "metadata" if they like). Nothing is kept unless it is a model or a
  /// pipeline that this program can read and run. Throws HttpError.
  ModelEntry upload(const HttpRequest& request);

 private:
  ModelEntry keep(const std::string& bytes, const Json& metadata);

  std::filesystem::path folder_;
  ModelLimits limits_;
  std::mutex mutex_;
  std::atomic<int> uploading_{0};
  std::vector<ModelEntry> known_;  ///< as of the last look, by name
};

}  // namespace fractalsync::serve
