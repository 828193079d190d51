// Runs the feature stage over a file held in memory, whole or in blocks, padding it as the decoder would.
#pragma once

#include <vector>

#include "backend.h"

namespace fractalsync::test {

struct FileFeatures {
  std::vector<float> raw;     ///< [frames, 6]
  std::vector<float> mel_db;  ///< [frames, 128]
  std::int64_t frames = 0;
  float raw_at(std::int64_t t, int f) const { return raw[static_cast<std::size_t>(t * kBaseFeatures + f)]; }
};

/// Features of `file` in blocks of at most `block_rows` rows.
FileFeatures run_features(Backend& backend, View<const float> file, float mel_floor, std::int64_t block_rows = 1 << 20);

}  // namespace fractalsync::test
