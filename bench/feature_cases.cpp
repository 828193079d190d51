// Stage 1: PCM to six features per frame. Audio comes from host memory and features go there: on a GPU both copies are
// part of the time. Then what is made of a training's music, once: model features, deltas, moments, targets.
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

/// Six features a frame of a training's music.
struct MusicArrays : Arrays {
  MusicArrays(Backend& backend, const Sizes& sizes)
      : Arrays(backend, sizes.seed), features(random(sizes.music_frames, kBaseFeatures, 0, 1)) {}

  Matrix<float> features;
};

FeatureStatistics made_up_statistics() {
  return {std::vector<float>(kBaseFeatures, 0.5f), std::vector<float>(kBaseFeatures, 0.3f)};
}

/// A division for two of the features, a logarithm (10) for one; at another loudness that, its inverse and it again.
Prepared model_features(Backend& backend, const Sizes& sizes) {
  auto arrays = std::make_shared<MusicArrays>(backend, sizes);
  const Matrix<float> raw = arrays->features, model = arrays->zeros(raw.rows(), kBaseFeatures);
  const auto n = static_cast<double>(raw.rows());
  return {arrays,
          [=, &backend] { backend.model_features(2, raw, model); },
          {"frame", n, n * (2 + 3 * 10 + 3), n * floats(kBaseFeatures, kBaseFeatures)}};
}

/// A product and a sum for each frame under the slope, a division.
Prepared deltas(Backend& backend, const Sizes& sizes) {
  auto arrays = std::make_shared<MusicArrays>(backend, sizes);
  const Matrix<float> features = arrays->features, delta = arrays->zeros(features.rows(), kBaseFeatures);
  const auto n = static_cast<double>(features.rows());
  return {arrays,
          [=, &backend] { backend.deltas(features, delta); },
          {"frame", n, n * (kBaseFeatures * (2 * kDeltaFrames + 1)), n * floats(kBaseFeatures, kBaseFeatures), true}};
}

/// A difference, a square, two sums for each feature.
Prepared feature_moments(Backend& backend, const Sizes& sizes) {
  auto arrays = std::make_shared<MusicArrays>(backend, sizes);
  const Matrix<float> model = arrays->features;
  const auto n = static_cast<double>(model.rows());
  return {arrays,
          [=, &backend] {
            FeatureMoments moments;
            backend.feature_moments(std::vector<float>(kBaseFeatures), model, {&moments, 1});
          },
          {"frame", n, n * (kBaseFeatures * 4), n * floats(kBaseFeatures), true}};
}

/// A sum for each frame of the window, a division, a difference, a product for each target.
Prepared window_targets(Backend& backend, const Sizes& sizes) {
  auto arrays = std::make_shared<MusicArrays>(backend, sizes);
  const Matrix<float> model = arrays->features, targets = arrays->zeros(model.rows(), kTargets);
  const auto n = static_cast<double>(model.rows());
  const int window = WindowSpec{}.frames;
  return {
      arrays,
      [=, &backend, statistics = made_up_statistics()] { backend.window_targets(statistics, window, model, targets); },
      {"frame", n, n * (kTargets * (window + 3)), n * floats(kBaseFeatures, kTargets), true}};
}

/// A difference, a product and two comparisons for each feature; again and again in place, which ends at the limits.
Prepared standardize(Backend& backend, const Sizes& sizes) {
  auto arrays = std::make_shared<MusicArrays>(backend, sizes);
  const Matrix<float> model = arrays->features;
  const auto n = static_cast<double>(model.rows());
  return {arrays,
          [=, &backend, statistics = made_up_statistics()] { backend.standardize(statistics, model); },
          {"frame", n, n * (kBaseFeatures * 4), n * floats(kBaseFeatures, kBaseFeatures)}};
}

}  // namespace

std::vector<Case> feature_cases(const Sizes& sizes) {
  const auto with = [&](auto prepare) { return [sizes, prepare](Backend& b) { return prepare(b, sizes); }; };
  const std::string music = "/frames:" + std::to_string(sizes.music_frames);
  return {{"features/seconds:" + std::to_string(sizes.seconds), with(features), false,
           Transforms{1 + sizes.seconds * kSampleRate / kHop}},
          {"model_features" + music, with(model_features)},
          {"deltas" + music, with(deltas)},
          {"feature_moments" + music, with(feature_moments), false},
          {"window_targets" + music, with(window_targets)},
          {"standardize" + music, with(standardize)}};
}

}  // namespace fractalsync::bench
