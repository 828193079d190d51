#include "host/dataset/feature_cache.h"

#include <sys/stat.h>

#include <cmath>
#include <cstdint>
#include <system_error>
#include <utility>

#include "core/check.h"
#include "host/io/npy.h"
#include "stages/features.h"

namespace fractalsync {
namespace {

__extension__ using Hash = unsigned __int128;

/// FNV-1a (Fowler, Noll, Vo; draft-eastlake-fnv): not against an adversary, who could write the cache itself.
std::string fnv1a_128(const std::string& text) {
  constexpr Hash kPrime = Hash{1} << 88 | 0x13b;
  Hash hash = Hash{0x6c62272e07bb0142} << 64 | 0x62b821756295c58d;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  std::string hex;
  for (int shift = 124; shift >= 0; shift -= 4) hex += "0123456789abcdef"[static_cast<int>(hash >> shift) & 15];
  return hex;
}

bool all_finite(const std::vector<float>& values) {
  for (const float value : values)
    if (!std::isfinite(value)) return false;
  return true;
}

}  // namespace

FeatureCache::FeatureCache(std::filesystem::path folder, Warning warn)
    : folder_(std::move(folder)), warn_(std::move(warn)) {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) give_up("cannot make '" + folder_.string() + "': " + error.message());
}

std::string FeatureCache::key(const std::filesystem::path& audio, const std::string& configuration) {
  struct stat status {};
  if (::stat(audio.c_str(), &status) != 0) return "";
  const std::string path = std::filesystem::absolute(audio).lexically_normal().string();
  // No path holds the character 0, so no two different entries spell the same text.
  return fnv1a_128(detail::concat(path, '\0', status.st_size, '\0', status.st_mtim.tv_sec, '\0', status.st_mtim.tv_nsec,
                                  '\0', configuration));
}

std::optional<std::vector<float>> FeatureCache::load(const std::string& key) const {
  try {
    NpyArray<float> array = read_npy<float>(place(key));
    const bool rows = array.shape.size() == 2 && array.dim(0) > 0 && array.dim(1) == kBaseFeatures;
    if (rows && all_finite(array.values)) return std::move(array.values);
  } catch (const Error&) {
    // Missing or damaged: both mean that it has to be computed.
  }
  return std::nullopt;
}

void FeatureCache::store(const std::string& key, View<const float> raw) {
  if (!writable_) return;
  try {
    write_npy<float>(place(key), {raw.size() / kBaseFeatures, kBaseFeatures}, raw);
  } catch (const Error& error) {
    give_up(error.what());
  }
}

void FeatureCache::give_up(const std::string& why) {
  if (writable_.exchange(false)) warn_("features are not cached (" + why + "): the next run decodes the music again");
}

}  // namespace fractalsync
