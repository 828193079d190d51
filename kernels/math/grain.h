// From a channel to its byte, with grain: neighbours of one value get bytes on either side of it, so that a slow
// gradient shows no steps, on the screen or to a video's encoder.
#pragma once

#include <cstdint>

#include "core/annotate.h"
#include "math/number.h"

namespace fractalsync::math {

/// Two numbers about 0 for a pixel's place, added: the browser's grain, to the bit.
FS_FORMULA float grain_at(std::uint32_t x, std::uint32_t y) {
  std::uint32_t h = x * 0x9e3779b9u + y * 0x85ebca6bu;
  h ^= h >> 16;
  h *= 0x7feb352du;
  h ^= h >> 15;
  h *= 0x846ca68bu;
  h ^= h >> 16;
  return static_cast<float>(h & 0xffffu) / 65536.0f + static_cast<float>(h >> 16) / 65536.0f - 1.0f;
}

/// 0 to 255 (and a half, to be cut off) for a channel from 0 to 1; `share` is what grain is of white.
template <class Number>
FS_FORMULA Number grained_byte(Number channel, Number share, Number grain) {
  const Number noisy = min(max(channel + share * grain, constant<Number>(0)), constant<Number>(1));
  return constant<Number>(255) * noisy + constant<Number>(0.5);
}

}  // namespace fractalsync::math
