// What the atlas formulation hears: context and rows against their definition, fades against what they are.
#include "math/context.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "backend.h"
#include "support/compare.h"
#include "support/random.h"
#include "support/step_at.h"

namespace fractalsync {
namespace {

constexpr std::int64_t kFrames = 4000;  // longer than the memory
constexpr std::int64_t kSecondSong = 40;

/// Two songs of standardised features, the second one from kSecondSong on, and their context.
struct Songs {
  std::unique_ptr<Backend> backend = make_cpu_backend(2);
  std::vector<float> frames = test::random_floats(61, kFrames* kBaseFeatures, -3, 3);
  std::vector<float> context = std::vector<float>(static_cast<std::size_t>(kFrames * kContextColumns));

  Songs() {
    const std::vector<std::int64_t> songs = {0, kSecondSong};
    backend->song_context({frames.data(), kFrames, kBaseFeatures}, songs, {context.data(), kFrames, kContextColumns});
  }
  double z(std::int64_t t, int f) const { return frames[static_cast<std::size_t>(t * kBaseFeatures + f)]; }
  double mean(std::int64_t t, int f) const { return context[static_cast<std::size_t>(t * kContextColumns + f)]; }
  double deviation(std::int64_t t, int f) const { return mean(t, kBaseFeatures + f); }
};

// A weighted mean and variance: 86 frames of the training set's, then every frame of the song, fading over a minute.
TEST(Context, IsTheWeightedPast) {
  const Songs songs;
  for (const std::int64_t t : {std::int64_t{0}, std::int64_t{39}, kSecondSong, std::int64_t{45}, kFrames - 1})
    for (int f = 0; f < kBaseFeatures; ++f) {
      const std::int64_t first = t < kSecondSong ? 0 : kSecondSong;
      double rest = 1, sum = 0, squares = 0;  // weights from the newest frame backwards
      for (std::int64_t i = t; i >= first; --i) {
        const double weight = rest * std::max(1 / 2584.0, 1 / (87.0 + static_cast<double>(i - first)));
        sum += weight * songs.z(i, f);
        squares += weight * songs.z(i, f) * songs.z(i, f);
        rest -= weight;
      }
      squares += rest;  // the prior: mean 0, variance 1
      EXPECT_NEAR(songs.mean(t, f), sum, 2e-7) << t << ", " << f;
      EXPECT_NEAR(songs.deviation(t, f), std::sqrt(squares - sum * sum), 4e-7) << t << ", " << f;
    }
}

struct Rows {
  std::vector<float> inputs, targets;
};
constexpr int kWindow = 10, kLength = 30;
constexpr int kRow = kWindow * kBaseFeatures + kContextInputs;

Rows rows_of(const Songs& songs, const std::vector<std::int64_t>& starts, const FadeSpec& fade, const StepKey& key) {
  const std::int64_t rows = static_cast<std::int64_t>(starts.size()) * kLength;
  Rows made{std::vector<float>(static_cast<std::size_t>(rows * kRow)),
            std::vector<float>(static_cast<std::size_t>(rows * kAtlasTargets))};
  songs.backend->context_windows({{songs.frames, kBaseFeatures, kWindow, starts, kLength},
                                  Matrix<const float>(songs.context.data(), kFrames, kContextColumns)},
                                 fade, key, {made.inputs.data(), rows, kRow},
                                 {made.targets.data(), rows, kAtlasTargets});
  return made;
}

TEST(Context, RowsAreWindowsAndTheirSongs) {
  const Songs songs;
  const std::vector<std::int64_t> starts = {0, 45, kFrames - kLength - kWindow + 1};
  const FadeSpec fade{.probability = 0, .flux_mean = 2, .flux_std = 1, .rms_mean = 2, .rms_std = 0.8f};
  const Rows made = rows_of(songs, starts, fade, {});
  for (std::size_t q = 0; q < starts.size(); ++q)
    for (int i = 0; i < kLength; ++i) {
      const std::size_t row = q * kLength + static_cast<std::size_t>(i);
      const std::int64_t first = starts[q] + i, last = first + kWindow - 1;
      const float* input = &made.inputs[row * kRow];
      const float* target = &made.targets[row * kAtlasTargets];
      EXPECT_TRUE(
          std::equal(input, input + kWindow * kBaseFeatures, &songs.frames[static_cast<std::size_t>(first * 6)]));
      const auto at = [&](int run, int f) { return input[kWindow * kBaseFeatures + run * kBaseFeatures + f]; };
      double means[kBaseFeatures] = {};
      for (int f = 0; f < kBaseFeatures; ++f) {
        for (std::int64_t t = first; t <= last; ++t) means[f] += songs.z(t, f) / kWindow;
        const double m = songs.mean(last, f), s = std::max(songs.deviation(last, f), 0.2);
        // Roundings of numbers below 5.
        constexpr double kTolerance = 4 * 5 * 6e-8;
        EXPECT_NEAR(at(0, f), m, kTolerance);
        EXPECT_NEAR(at(1, f), songs.deviation(last, f), kTolerance);
        EXPECT_NEAR(at(2, f), std::clamp((means[f] - m) / s, -4.0, 4.0), kTolerance);
        EXPECT_NEAR(at(3, f), std::clamp((songs.z(last, f) - m) / s, -4.0, 4.0), kTolerance);
      }
      EXPECT_NEAR(target[kTargetCentroid], means[kCentroid], 1e-6);
      EXPECT_NEAR(target[kTargetFlux], means[kFlux], 1e-6);
      EXPECT_NEAR(target[kTargetRms], means[kRms], 1e-6);
      EXPECT_NEAR(target[kTargetZcr], means[kZcr], 1e-6);
      // .15 of a mean of 2 is quiet: from .3 down to 0.
      EXPECT_NEAR(target[kTargetQuiet], std::max(0.0, 1 - (2 + 0.8 * means[kRms]) / 0.3), 1e-5);
    }
}

TEST(Context, ClipsWhatIsFarAway) {
  float inputs[kContextInputs];
  math::context_inputs(2, 7.0f, 9.0f, 100.0f, -100.0f, inputs);
  EXPECT_EQ(inputs[2], 5);
  EXPECT_EQ(inputs[8], 5);
  EXPECT_EQ(inputs[14], 4);
  EXPECT_EQ(inputs[20], -4);
  // A song in which nothing moves still has a scale.
  math::context_inputs(0, 0.0f, 0.0f, 0.1f, 0.0f, inputs);
  EXPECT_FLOAT_EQ(inputs[12], 0.5f);
}

// A fade leaves all but flux and rms alone, and what the song has been; its targets are the faded ones.
TEST(Context, FadesSomeSequences) {
  const Songs songs;
  const std::vector<std::int64_t> starts = {0, 100, 200, 300, 400, 500, 600, 640};
  const FadeSpec fade{.probability = 0.5f, .flux_mean = 2, .flux_std = 0.5f, .rms_mean = 0.2f, .rms_std = 0.05f};
  int faded = 0, silent = 0;
  for (int step = 0; step < 8; ++step) {
    const test::StepAt now(*songs.backend, step);
    const Rows plain = rows_of(songs, starts, {}, {}), made = rows_of(songs, starts, fade, now.key(7));
    EXPECT_TRUE(test::all_equal_bytes(made.inputs, rows_of(songs, starts, fade, now.key(7)).inputs));
    for (std::size_t q = 0; q < starts.size(); ++q) {
      bool differs = false;
      for (std::size_t row = q * kLength; row < (q + 1) * kLength; ++row)
        for (int k = 0; k < kRow; ++k) {
          const bool same = made.inputs[row * kRow + static_cast<std::size_t>(k)] ==
                            plain.inputs[row * kRow + static_cast<std::size_t>(k)];
          differs = differs || !same;
          const int feature = k % kBaseFeatures;
          const bool of_the_song = k >= kWindow * kBaseFeatures && k < (kWindow + 2) * kBaseFeatures;
          if ((feature != kFlux && feature != kRms) || of_the_song) {
            EXPECT_TRUE(same) << k;
          }
        }
      faded += differs;
      for (std::size_t row = q * kLength; row < (q + 1) * kLength; ++row)
        silent += made.targets[row * kAtlasTargets + kTargetQuiet] == 1;
    }
  }
  // 32 of 64 expected, four deviations are 16.
  EXPECT_NEAR(faded, 32, 16);
  EXPECT_GT(silent, 0);
}

TEST(Context, AFadedFeatureIsThatOfAnotherLoudness) {
  const FadeSpec spec{.probability = 1, .flux_mean = 2, .flux_std = 0.5f, .rms_mean = 0.2f, .rms_std = 0.1f};
  EXPECT_NEAR(math::fade_feature(spec, kRms, 1, 0.5f), (0.5 * 0.3 - 0.2) / 0.1, 1e-6);
  EXPECT_NEAR(math::fade_feature(spec, kFlux, 1, 0.5f), (std::log1p(0.25 * std::expm1(2.5)) - 2) / 0.5, 2e-6);
  EXPECT_NEAR(math::fade_feature(spec, kRms, 1, 0), -2, 1e-6);
  EXPECT_NEAR(math::fade_feature(spec, kFlux, 1, 0), -4, 1e-6);
  for (const Feature other : {kCentroid, kZcr, kOnset, kRolloff}) EXPECT_EQ(math::fade_feature(spec, other, 1, 0), 1);
}

TEST(Context, AFadeGoesThroughItsKnots) {
  math::Fade fade;
  fade.knots = 3;
  fade.gain[0] = 1;
  fade.gain[1] = 0;
  fade.gain[2] = 0.5f;
  EXPECT_EQ(fade(0), 1);
  EXPECT_EQ(fade(0.25f), 0.5f);
  EXPECT_EQ(fade(0.5f), 0);
  EXPECT_EQ(fade(1), 0.5f);
}

}  // namespace
}  // namespace fractalsync
