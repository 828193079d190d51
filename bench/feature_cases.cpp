// Stage 1: PCM to six features per frame. Audio comes from host memory and features go there: on a GPU both copies are
// part of the time.
#include <cmath>
#include <numbers>

#include "bench/arrays.h"
#include "bench/case.h"

namespace fractalsync::bench {
namespace {

// Whole frames of `seconds` of a decaying, gliding tone over noise.
std::vector<float> made_up_sound(const Sizes& sizes) {
  const std::int64_t frames = 1 + sizes.seconds * kSampleRate / kHop, samples = kFftSize + kHop * (frames - 1);
  std::vector<float> pcm = random_numbers(sizes.seed, samples, -0.025f, 0.025f);
  double phase = 0;
  for (std::size_t i = 0; i < pcm.size(); ++i) {
    const double t = static_cast<double>(i) / kSampleRate;
    phase += 2 * std::numbers::pi * 220 * std::exp2(2 * std::sin(0.7 * t)) / kSampleRate;
    pcm[i] += static_cast<float>(0.4 * std::exp(-4 * std::fmod(t, 0.5)) * std::sin(phase));
  }
  return pcm;
}

/// A frame is windowed and transformed (a real transform of N numbers: 5/2 N log2 N), each bin takes 3 flops for its
/// power and a root for its magnitude, 3 for the sum and the moment of the centroid, 3 of flux, 1 of rolloff, 4 of the
/// two mel bands it lies in, each band a logarithm (10) and 2 of onset, and each new sample 2 of rms.
double flops_per_frame() {
  return kFftSize + 2.5 * kFftSize * std::log2(kFftSize) + kBins * (3.0 + 1 + 3 + 3 + 1 + 4) + kMelBands * 12.0 +
         2.0 * kHop;
}

Prepared features(Backend& backend, const Sizes& sizes) {
  struct Sound {
    std::vector<float> pcm, raw;
    PcmBlock block;
  };
  auto sound = std::make_shared<Sound>();
  sound->pcm = made_up_sound(sizes);
  sound->block.samples = sound->pcm;
  const std::int64_t frames = sound->block.rows();
  sound->raw.resize(static_cast<std::size_t>(frames * kBaseFeatures));
  const double n = static_cast<double>(frames);
  return {sound,
          [=, &backend] {
            backend.features({}, sound->block, {{sound->raw.data(), frames, kBaseFeatures}, {}});
          },
          // A hop of new samples in, a row out.
          {"frame", n, n * flops_per_frame(), n * floats(kHop, kBaseFeatures)}};
}

}  // namespace

std::vector<Case> feature_cases(const Sizes& sizes) {
  return {{"features/seconds:" + std::to_string(sizes.seconds),
           [sizes](Backend& backend) { return features(backend, sizes); }, false,
           Transforms{1 + sizes.seconds * kSampleRate / kHop}}};
}

}  // namespace fractalsync::bench
