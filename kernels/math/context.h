// The context of a song, element by element (stages/context.h has the formulas' meaning).
#pragma once

#include <cmath>
#include <cstdint>

#include "core/annotate.h"
#include "core/rng.h"
#include "math/model_features.h"
#include "math/number.h"
#include "stages/context.h"
#include "stages/window.h"

namespace fractalsync::math {

inline constexpr int kContextMemory = 2584;  ///< frames, a minute
inline constexpr int kContextPrior = 86;     ///< frames that the training set's statistics weigh as much as

/// Of one feature of a song so far.
template <class T>
struct Moments {
  T mean = T(0), variance = T(1);

  /// One frame further; there were `frames` before it. (West, "Updating mean and variance estimates", CACM 22, 1979,
  /// with weights that fade.)
  FS_FORMULA void hear(T z, std::int64_t frames) {
    const T count = static_cast<T>(kContextPrior + 1 + frames);
    const T weight = T(1) / min(count, T(kContextMemory));
    const T difference = z - mean;
    mean = mean + weight * difference;
    variance = (T(1) - weight) * (variance + weight * difference * difference);
  }
};

/// The runs of context in a row of inputs.
enum ContextRun : int { kRunMean, kRunDeviation, kRunWindow, kRunNewest };
FS_FORMULA int context_input(ContextRun run, int feature) { return int{run} * kBaseFeatures + feature; }

template <class T>
FS_FORMULA T clip(T x, T low, T high) {
  return min(max(x, low), high);
}

inline constexpr double kSmallestSwing = 0.2;  ///< a song that moves less counts as one that moves so much
inline constexpr double kSwingLimit = 4;

/// How far `z` is from what the song has been, in its own deviations, clipped.
template <class T>
FS_FORMULA T swing(T z, T mean, T deviation) {
  return clip((z - mean) / max(deviation, T(kSmallestSwing)), T(-kSwingLimit), T(kSwingLimit));
}

/// The four inputs of one feature. `inputs` is the row's context, `newest` the window's last frame.
template <class T>
FS_FORMULA void context_inputs(int feature, T mean, T deviation, T window_mean, T newest, T* inputs) {
  constexpr T kLimit = T(kStandardizedLimit);
  inputs[context_input(kRunMean, feature)] = clip(mean, -kLimit, kLimit);
  inputs[context_input(kRunDeviation, feature)] = min(deviation, kLimit);
  inputs[context_input(kRunWindow, feature)] = swing(window_mean, mean, deviation);
  inputs[context_input(kRunNewest, feature)] = swing(newest, mean, deviation);
}

/// A sequence's line of gains, or none.
struct Fade {
  static constexpr int kMostKnots = 4;
  int knots = 0;  ///< 0: the sequence is as it is
  float gain[kMostKnots] = {};

  /// At place `at` of [0, 1].
  FS_FORMULA float operator()(float at) const {
    const float place = at * static_cast<float>(knots - 1);
    const float last = static_cast<float>(knots - 2);
    const float knot = min(std::floor(place), last), share = place - knot;
    const int left = static_cast<int>(knot);
    return (1 - share) * gain[left] + share * gain[left + 1];
  }
};

/// That of sequence `sequence` in step `step`.
FS_FORMULA Fade draw_fade(float probability, std::uint64_t seed, std::int64_t step, std::int64_t sequence) {
  Fade fade;
  if (!(probability > 0)) return fade;
  const auto block = [&](int part) {
    return random_block(seed, RandomStream::fade, static_cast<std::uint64_t>(step),
                        static_cast<std::uint32_t>(2 * sequence + part));
  };
  const RandomBlock choice = block(0);
  if (uniform_float(choice.word[0]) >= probability) return fade;
  fade.knots = 2 + static_cast<int>(uniform_below(choice.word[1], Fade::kMostKnots - 1));
  const RandomBlock gains = block(1);
  for (int k = 0; k < Fade::kMostKnots; ++k) fade.gain[k] = max(0.0f, 1.7f * uniform_float(gains.word[k]) - 0.3f);
  return fade;
}

/// Standardised flux or rms of a sound that is `gain` times as strong; others stay.
FS_FORMULA float fade_feature(const FadeSpec& spec, int feature, float z, float gain) {
  if (feature == kRms) {
    const float scale = standardizing_scale(spec.rms_std);
    const float rms = gain * (spec.rms_mean + z / scale);
    return standardize(rms, spec.rms_mean, scale);
  }
  if (feature == kFlux) {
    const float scale = standardizing_scale(spec.flux_std);
    const float flux = max(std::expm1(spec.flux_mean + z / scale), 0.0f);
    return standardize(std::log1p(gain * gain * flux), spec.flux_mean, scale);
  }
  return z;
}

/// How near to silence a window's mean loudness is: 1 in silence, 0 from .15 of the training set's mean on.
FS_FORMULA float quietness(const FadeSpec& spec, float rms) {
  constexpr float kQuiet = 0.15f;
  const float share = (spec.rms_mean + rms / standardizing_scale(spec.rms_std)) / (kQuiet * spec.rms_mean);
  return spec.rms_mean > 0 ? max(0.0f, 1 - share) : 0.0f;
}

/// The targets that come of one feature and its window's mean.
FS_FORMULA void atlas_targets(const FadeSpec& spec, int feature, float window_mean, float* target) {
  if (feature == kCentroid) {
    target[kTargetCentroid] = window_mean;
  } else if (feature == kFlux) {
    target[kTargetFlux] = window_mean;
  } else if (feature == kRms) {
    target[kTargetRms] = window_mean;
    target[kTargetQuiet] = quietness(spec, window_mean);
  } else if (feature == kZcr) {
    target[kTargetZcr] = window_mean;
  }
}

}  // namespace fractalsync::math
