// Which sequences a step trains on, and how the view stands when each begins: by counter from (seed, step, sequence),
// so that whoever asks, in whatever order, is told the same.
#pragma once

#include <cstdint>

#include "core/annotate.h"
#include "core/rng.h"
#include "math/visual.h"

namespace fractalsync::math {

struct SequenceDraw {
  std::int64_t start;  ///< the number of a start, below the total
  float phase;         ///< radians, below 2 pi
};

/// Sequence `q` of step `step`: uniform over `total` starts (from 1 to 2^32 - 1) and over all rotations.
FS_FORMULA SequenceDraw draw_sequence(std::uint64_t seed, std::int64_t step, std::int64_t q, std::int64_t total) {
  const RandomBlock random =
      random_block(seed, RandomStream::batch, static_cast<std::uint64_t>(step), static_cast<std::uint32_t>(q));
  return {uniform_below(random.word[0], static_cast<std::uint32_t>(total)),
          static_cast<float>(kTwoPi) * uniform_float(random.word[1])};
}

}  // namespace fractalsync::math
