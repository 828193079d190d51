// What counts as a sample of sound.
#pragma once

namespace fractalsync {

/// Samples beyond it (120 dB over full scale), infinite ones and NaN are no sound. A file that holds one is refused,
/// since it would spoil the statistics of the whole training set; a stream hears 0 instead.
inline constexpr float kLargestSample = 1e6f;

}  // namespace fractalsync
