#include "math/feature_tables.h"

#include <memory>

#include "math/features.h"

namespace fractalsync {
namespace {

void fill_mel(FeatureTables& tables) {
  int bin = 0;
  for (int segment = 0; segment < kMelSegments; ++segment) {
    tables.mel_edge[segment] = bin;
    const double below = segment > 0 ? math::mel_edge_hz(segment - 1) : 0;
    const double left = math::mel_edge_hz(segment), right = math::mel_edge_hz(segment + 1);
    const double above = segment + 1 < kMelSegments ? math::mel_edge_hz(segment + 2) : 0;
    const bool last = segment + 1 == kMelSegments;
    for (; bin < kBins && (last || bin * math::kBinHz < right); ++bin) {
      const double hz = bin * math::kBinHz;
      tables.mel_rise[bin] = last ? 0.0f : static_cast<float>(math::mel_rise(hz, left, right, above));
      tables.mel_fall[bin] = segment == 0 ? 0.0f : static_cast<float>(math::mel_fall(hz, below, left, right));
    }
  }
  tables.mel_edge[kMelSegments] = bin;
}

std::unique_ptr<FeatureTables> make_tables() {
  auto tables = std::make_unique<FeatureTables>();
  for (int n = 0; n < kFftSize; ++n) tables->window[n] = static_cast<float>(0.5 * math::hann(n));
  for (int j = 0; j < kRadix; ++j) tables->root[j] = math::cos_sin(j, kRadix);
  for (int n = 0; n < kRadix; ++n)
    for (int k = 0; k < kRadix; ++k) tables->twiddle[n][k] = math::cos_sin(n * k, kHalfFft);
  for (int k = 0; k <= kHalfFft / 2; ++k) tables->split[k] = math::cos_sin(k, kFftSize);
  fill_mel(*tables);
  return tables;
}

}  // namespace

const FeatureTables& feature_tables() {
  static const std::unique_ptr<const FeatureTables> tables = make_tables();
  return *tables;
}

}  // namespace fractalsync
