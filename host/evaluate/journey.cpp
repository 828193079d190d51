#include "host/evaluate/journey.h"

#include <cstdint>
#include <numbers>

namespace fractalsync {

float journey_of(const std::filesystem::path& song) {
  std::uint32_t hash = 0x811c9dc5;
  for (const char c : song.stem().string()) hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193;
  hash = (hash ^ hash >> 16) * 0x85ebca6b;
  hash = (hash ^ hash >> 13) * 0xc2b2ae35;
  hash ^= hash >> 16;
  // 24 bits: the largest angle is still below 2 pi when it is a float.
  return static_cast<float>((hash >> 8) * (2 * std::numbers::pi * 0x1p-24));
}

}  // namespace fractalsync
