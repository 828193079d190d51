// Scales of the model features, their deltas' places, and the librosa definition on rows small enough to do by hand.
#include "host/dataset/model_features.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "host/dataset/deltas.h"
#include "host/dataset/librosa_definition.h"
#include "support/compare.h"

namespace fractalsync::test {
namespace {

std::vector<float> model_features_of(const WindowSpec& spec, const std::vector<float>& raw) {
  const std::int64_t frames = static_cast<std::int64_t>(raw.size()) / kBaseFeatures;
  std::vector<float> model(static_cast<std::size_t>(frames * spec.features()), NAN);
  compute_model_features(spec, Matrix<const float>(raw.data(), frames, kBaseFeatures),
                         Matrix<float>(model.data(), frames, spec.features()));
  return model;
}

TEST(ModelFeatures, HaveComparableScales) {
  const std::vector<float> model = model_features_of({}, {11025, 3, 0.25f, 0.5f, 7, 5512.5f});
  EXPECT_TRUE(all_near(model, std::vector<float>{1, std::log(4.0f), 0.25f, 0.5f, 7, 0.5f}, 2 * 0x1p-23));
}

TEST(ModelFeatures, AppendDeltasOfTheModelFeatures) {
  std::vector<float> raw;
  for (int t = 0; t < 12; ++t)
    for (int f = 0; f < kBaseFeatures; ++f) raw.push_back(std::fmod(static_cast<float>(t * t + 3 * f), 7.0f));
  const std::vector<float> base = model_features_of({}, raw);
  std::vector<float> delta(base.size()), delta_delta(base.size());
  compute_deltas(Matrix<const float>(base.data(), 12, 6), Matrix<float>(delta.data(), 12, 6));
  compute_deltas(Matrix<const float>(delta.data(), 12, 6), Matrix<float>(delta_delta.data(), 12, 6));
  const auto expected = [&](const std::vector<const std::vector<float>*>& parts) {
    std::vector<float> joined;
    for (int t = 0; t < 12; ++t)
      for (const auto* part : parts) joined.insert(joined.end(), part->begin() + 6 * t, part->begin() + 6 * (t + 1));
    return joined;
  };
  EXPECT_TRUE(
      all_equal_bytes(model_features_of({.frames = 1, .include_delta = true, .include_delta_delta = false}, raw),
                      expected({&base, &delta})));
  EXPECT_TRUE(
      all_equal_bytes(model_features_of({.frames = 1, .include_delta = false, .include_delta_delta = true}, raw),
                      expected({&base, &delta_delta})));
  EXPECT_TRUE(all_equal_bytes(model_features_of({.frames = 1, .include_delta = true, .include_delta_delta = true}, raw),
                              expected({&base, &delta, &delta_delta})));
}

TEST(ModelFeatures, OfLouderSoundAreThoseOfItsRawFeatures) {
  const WindowSpec spec{.frames = 1, .include_delta = true, .include_delta_delta = true};
  for (const float decibels : {-6.0f, 0.0f, 12.0f}) {
    const float gain = std::pow(10.0f, decibels / 20);
    std::vector<float> raw, louder;
    for (int t = 0; t < 12; ++t) {
      const float flux = std::fmod(static_cast<float>(t * t), 7.0f), rms = 0.01f * static_cast<float>(t % 5);
      for (const float value : {1000.0f, flux, rms, 0.1f, 2.0f, 3000.0f}) raw.push_back(value);
      for (const float value : {1000.0f, gain * gain * flux, gain * rms, 0.1f, 2.0f, 3000.0f}) louder.push_back(value);
    }
    std::vector<float> model = model_features_of(spec, raw);
    make_louder(spec, decibels, Matrix<float>(model.data(), 12, spec.features()));
    // ln(1 + flux) is at most 5, and goes through log1p, expm1, two products and log1p again: five roundings, each of
    // less than 2^-23 of at most 16 gain^2 flux / (1 + gain^2 flux) < 8 in the logarithm. Slopes are no larger.
    EXPECT_TRUE(all_near(model, model_features_of(spec, louder), 5 * 8 * 0x1p-23)) << decibels << " dB";
  }
}

TEST(LibrosaDefinition, ShiftsFluxAndDelaysTheClippedOnset) {
  constexpr int frames = 5;
  std::vector<float> raw(frames * kBaseFeatures, 1.0f), mel_db(frames * kMelBands, -90.0f);
  const Matrix<float> rows(raw.data(), frames, kBaseFeatures);
  for (int t = 0; t < frames; ++t) rows(t, kFlux) = static_cast<float>(10 * t);
  mel_db[1 * kMelBands + 3] = 0;    // from the clipped -80 dB up to the loudest: 80 dB in one of 128 bands
  mel_db[2 * kMelBands + 3] = -50;  // falling counts as nothing
  mel_db[2 * kMelBands + 4] = -16;  // 64 dB above the clip
  apply_librosa_definition(rows, Matrix<const float>(mel_db.data(), frames, kMelBands));
  const float flux[frames] = {10, 20, 30, 40, 40};
  const float onset[frames] = {0, 0, 0, 80.0f / 128, 64.0f / 128};
  for (int t = 0; t < frames; ++t) {
    const float expected[kBaseFeatures] = {1, flux[t], 1, 1, onset[t], 1};
    EXPECT_TRUE(
        all_equal_bytes(View<const float>(rows.row(t), kBaseFeatures), View<const float>(expected, kBaseFeatures)))
        << "frame " << t;
  }
}

TEST(LibrosaDefinition, LeavesAFileOfOneFrameWithoutFluxAndOnset) {
  std::vector<float> raw = {440, 0, 0.1f, 0.2f, 0, 880}, mel_db(kMelBands, -20.0f);
  const std::vector<float> before = raw;
  apply_librosa_definition(Matrix<float>(raw.data(), 1, kBaseFeatures),
                           Matrix<const float>(mel_db.data(), 1, kMelBands));
  EXPECT_EQ(raw, before);
}

}  // namespace
}  // namespace fractalsync::test
