// Resampling against sines whose samples are known, and against librosa's own results where they are at hand.
#include "host/audio/resampler.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "host/audio/pcm_stream.h"
#include "stages/features.h"
#include "support/compare.h"
#include "support/sounds.h"

namespace fractalsync {
namespace {

using test::sines;

std::vector<float> resample(int rate, View<const float> in, std::int64_t piece) {
  Resampler resampler(rate);
  std::vector<float> out;
  for (std::int64_t at = 0; at < in.size(); at += piece)
    resampler.push(in.subview(at, std::min(piece, in.size() - at)), out);
  resampler.finish(out);
  return out;
}

class ResamplerRates : public testing::TestWithParam<int> {};

TEST_P(ResamplerRates, KeepsAmplitudeAndPhaseOfASine) {
  const int rate = GetParam();
  const double peak = 0.5;
  const std::vector<float> in = sines(1000, rate, 1, 2 * rate, peak);
  const std::vector<float> out = resample(rate, in, 4096);
  const std::vector<float> expected = sines(1000, kSampleRate, 1, 2 * kSampleRate, peak);
  ASSERT_EQ(out.size(), expected.size());
  // Away from the ends, where the filter looks at silence. The HQ recipe promises 20 bits: a gain and images within
  // 2^-20 of full scale each; float32 arithmetic (input, output and coefficients rounded, a transform of up to 2^12
  // points between) adds up to a dozen eps of the peak.
  const double tolerance = peak * (2 * 0x1p-20 + 12 * 0x1p-24);
  const std::int64_t edge = kSampleRate / 4, middle = 2 * kSampleRate - 2 * edge;
  EXPECT_TRUE(test::all_near(View<const float>(out).subview(edge, middle),
                             View<const float>(expected).subview(edge, middle), tolerance));
}

TEST_P(ResamplerRates, LengthIsRoundedUpAsInLibrosa) {
  const int rate = GetParam();
  for (const std::int64_t count : {1, 2, 3, 511, 1000, 12345}) {
    const std::vector<float> in(static_cast<std::size_t>(count), 0.25f);
    const std::int64_t expected = (count * kSampleRate + rate - 1) / rate;
    EXPECT_EQ(static_cast<std::int64_t>(resample(rate, in, 100).size()), expected) << count << " samples";
  }
}

TEST_P(ResamplerRates, PiecesDoNotMatter) {
  const int rate = GetParam();
  const std::vector<float> in = sines(700, rate, 1, rate / 10);
  const std::vector<float> whole = resample(rate, in, static_cast<std::int64_t>(in.size()));
  for (const std::int64_t piece : {7, 777, 8192})
    EXPECT_TRUE(test::all_equal_bytes(resample(rate, in, piece), whole)) << "pieces of " << piece;
}

INSTANTIATE_TEST_SUITE_P(, ResamplerRates,
                         testing::Values(8000, 11025, 16000, 22050, 32000, 44100, 48000, 96000, 192000),
                         testing::PrintToStringParamName());

TEST(Resampler, WhatIsAlreadyThereIsUntouched) {
  const std::vector<float> in = sines(3000, kSampleRate, 1, 5000);
  EXPECT_TRUE(test::all_equal_bytes(resample(kSampleRate, in, 999), in));
}

TEST(Resampler, SilencesWhatTheNewRateCannotHold) {
  const std::vector<float> out = resample(48000, sines(15000, 48000, 1, 48000), 4096);
  const std::int64_t edge = kSampleRate / 4;
  // 20 bits of rejection.
  EXPECT_LE(test::largest_magnitude(View<const float>(out).subview(edge, kSampleRate / 2)), 0.5 * 0x1p-20);
}

class ResampledByLibrosa : public testing::TestWithParam<const char*> {};

TEST_P(ResampledByLibrosa, Agrees) {
  const char* folder = std::getenv("FRACTALSYNC_EXTRA_GOLDEN");
  if (folder == nullptr) GTEST_SKIP() << "FRACTALSYNC_EXTRA_GOLDEN is not set";
  const std::filesystem::path name = std::filesystem::path(folder) / "features" / GetParam();
  const NpyArray<float> expected = read_npy<float>(name.string() + ".22050.npy");
  std::vector<float> samples(expected.values.size() + 10);
  PcmStream stream(name.string() + ".wav");
  samples.resize(static_cast<std::size_t>(stream.read(samples)));
  // The same library and recipe on both sides, so only the order of its sums may differ; another resampler of good
  // quality comes within 1e-4.
  EXPECT_TRUE(test::all_near(samples, expected.values, 1e-6));
}

INSTANTIATE_TEST_SUITE_P(, ResampledByLibrosa, testing::Values("resample_44100_stereo", "resample_48000_mono"));

}  // namespace
}  // namespace fractalsync
