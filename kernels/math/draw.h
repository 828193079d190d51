// Which sequences a step trains on, and the phases each begins with: by counter from (seed, step, sequence), so that
// whoever asks, in whatever order, is told the same.
#pragma once

#include <cstdint>

#include "core/annotate.h"
#include "core/rng.h"
#include "math/visual.h"
#include "stages/batch.h"

namespace fractalsync::math {

struct SequenceDraw {
  std::int64_t start;        ///< the number of a start, below the total
  float phase[kMostPhases];  ///< radians, below 2 pi; as many as the sequence begins with
};

/// Sequence `q` of step `step`: uniform over `total` starts (from 1 to 2^32 - 1), and each phase over all angles.
FS_FORMULA SequenceDraw draw_sequence(std::uint64_t seed, std::int64_t step, std::int64_t q, std::int64_t total) {
  const RandomBlock random =
      random_block(seed, RandomStream::batch, static_cast<std::uint64_t>(step), static_cast<std::uint32_t>(q));
  SequenceDraw draw{uniform_below(random.word[0], static_cast<std::uint32_t>(total)), {}};
  for (int k = 0; k < kMostPhases; ++k) draw.phase[k] = static_cast<float>(kTwoPi) * uniform_float(random.word[1 + k]);
  return draw;
}

}  // namespace fractalsync::math
