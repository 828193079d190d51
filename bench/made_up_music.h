// Music without sound: raw features that swing as music's do.
#pragma once

#include <cmath>
#include <vector>

#include "bench/arrays.h"
#include "stages/features.h"

namespace fractalsync::bench {

/// Raw features [frames, 6] whose model features swing, each at a pace of its own, with noise on top.
inline std::vector<float> made_up_features(std::uint64_t seed, std::int64_t frames) {
  constexpr float kMiddle[kBaseFeatures] = {0.2f, 4, 0.15f, 0.08f, 2, 0.4f};
  std::vector<float> raw = random_numbers(seed, frames * kBaseFeatures, -0.2f, 0.2f);
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const std::size_t t = i / kBaseFeatures, f = i % kBaseFeatures;
    const float swing = std::sin(static_cast<float>(t) * (0.02f + 0.013f * static_cast<float>(f)));
    const float x = kMiddle[f] * (1 + 0.5f * swing + raw[i]);
    raw[i] = f == kCentroid || f == kRolloff ? x * kNyquistHz : f == kFlux ? std::expm1(x) : x;
  }
  return raw;
}

}  // namespace fractalsync::bench
