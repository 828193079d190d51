// Seeded test data.
#pragma once

#include <cstdint>
#include <vector>

#include "core/rng.h"

namespace fractalsync::test {

/// `count` floats uniform in [low, high), a function of the seed alone.
inline std::vector<float> random_floats(std::uint64_t seed, std::int64_t count, float low, float high) {
  std::vector<float> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const RandomBlock block = random_block(seed, RandomStream::test_data, i / 4, 0);
    values[i] = low + (high - low) * uniform_float(block.word[i % 4]);
  }
  return values;
}

}  // namespace fractalsync::test
