// Raw features on disk, so that a data set is decoded once. One .npy file, [frames, 6] float32, per audio file and
// extractor configuration.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/view.h"

namespace fractalsync {

/// May be shared by threads, and its folder by processes: entries appear whole or not at all, and two writers of one
/// entry write the same. A cache that does not work (no permission, full disk) costs one warning and is done without.
class FeatureCache {
 public:
  using Warning = std::function<void(const std::string&)>;

  /// Makes the folder if there is none. `warn` is called at most once, from whichever thread meets the trouble.
  FeatureCache(std::filesystem::path folder, Warning warn);

  /// The name of an entry: absolute path, size and time of change (ns) of the audio file, and `configuration`, hashed
  /// together (FNV-1a, 128 bits). Empty when the file is not there.
  static std::string key(const std::filesystem::path& audio, const std::string& configuration);

  /// The entry's rows, [frames, 6]. Nothing when there is none, or it is damaged, of another shape, or holds a number
  /// that is not finite.
  std::optional<std::vector<float>> load(const std::string& key) const;

  void store(const std::string& key, View<const float> raw);

 private:
  std::filesystem::path place(const std::string& key) const { return folder_ / (key + ".npy"); }
  void give_up(const std::string& why);

  std::filesystem::path folder_;
  Warning warn_;
  std::atomic<bool> writable_{true};
};

}  // namespace fractalsync
