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
