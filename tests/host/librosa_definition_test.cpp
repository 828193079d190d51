// The librosa definition on rows small enough to do by hand.
#include "host/dataset/librosa_definition.h"

#include <gtest/gtest.h>

#include <vector>

#include "support/compare.h"

namespace fractalsync::test {
namespace {

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
