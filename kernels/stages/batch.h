// Stage 0 of a training step: which sequences to train on. Positions are drawn by counter from (seed, step), so
// that every device draws the same batch.
#pragma once

#include <cstdint>

#include "core/view.h"

namespace fractalsync {

/// Phases that a sequence can begin with.
inline constexpr int kMostPhases = 3;

/// Where sequences may start: for each track its first frame and how many starts it offers, as running totals.
/// Start number n belongs to the first track k with n < last_start[k].
struct StartTable {
  View<const std::int64_t> first_frame;  ///< [tracks]
  View<const std::int64_t> last_start;   ///< [tracks], running total of starts
};

}  // namespace fractalsync
