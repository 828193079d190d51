// The feature stage against its definition in double, on every instruction set; and the promises that a row depends on
// its samples alone: not on threads, blocks or, where there is fused multiply-add, the instruction set.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <sstream>

#include "support/compare.h"
#include "support/features_reference.h"
#include "support/features_run.h"
#include "support/random.h"

namespace fractalsync::test {
namespace {

std::vector<std::string> isas() {
  std::istringstream names(list_cpu_isas());
  return {std::istream_iterator<std::string>(names), {}};
}

void expect_same(const FileFeatures& actual, const FileFeatures& expected) {
  EXPECT_TRUE(all_equal_bytes(actual.raw, expected.raw));
  EXPECT_TRUE(all_equal_bytes(actual.mel_db, expected.mel_db));
}

class Features : public testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Backend> backend_ = make_cpu_backend(1, GetParam());

  void expect_definition(View<const float> file, float mel_floor) {
    const FileFeatures actual = run_features(*backend_, file, mel_floor);
    const std::vector<ReferenceFrame> expected = reference_features(file, mel_floor);
    ASSERT_EQ(actual.frames, static_cast<std::int64_t>(expected.size()));
    for (std::int64_t t = 0; t < actual.frames; ++t) {
      SCOPED_TRACE("frame " + std::to_string(t));
      const ReferenceFrame& frame = expected[static_cast<std::size_t>(t)];
      for (const int f : {kCentroid, kFlux, kRms, kZcr, kOnset})
        EXPECT_LE(std::abs(actual.raw_at(t, f) - frame.feature[f]), frame.tolerance[f])
            << kFeatureNames[f] << " is " << actual.raw_at(t, f) << ", expected " << frame.feature[f];
      EXPECT_TRUE(frame.rolloff_agrees(actual.raw_at(t, kRolloff)))
          << "rolloff is " << actual.raw_at(t, kRolloff) << ", expected " << frame.feature[kRolloff];
      for (int b = 0; b < kMelBands; ++b)
        EXPECT_LE(std::abs(actual.mel_db[static_cast<std::size_t>(t * kMelBands + b)] - frame.mel_db[b]),
                  frame.mel_db_tolerance[b])
            << "band " << b;
    }
  }
};

INSTANTIATE_TEST_SUITE_P(BackendsAgree, Features, testing::ValuesIn(isas()),
                         [](const auto& instance) { return instance.param; });

TEST_P(Features, OfNoiseFollowTheDefinition) {
  for (const std::int64_t samples : {1, 511, 512, 1023, 1025, 2047, 2048, 10007}) {
    SCOPED_TRACE(samples);
    expect_definition(random_floats(1 + static_cast<std::uint64_t>(samples), samples, -0.5f, 0.5f), 1e-6f);
  }
}

TEST_P(Features, OfTonesFollowTheDefinition) {
  std::vector<float> file(20 * kHop + 77);
  for (std::size_t i = 0; i < file.size(); ++i) {
    const double t = static_cast<double>(i) / kSampleRate;
    file[i] = static_cast<float>(0.5 * std::exp(-3 * t) * std::sin(2 * M_PI * 440 * t) +
                                 (i > file.size() / 2 ? 0.3 * std::sin(2 * M_PI * 3000 * t) : 0));
  }
  expect_definition(file, 1e-5f);
}

TEST_P(Features, OfSilenceAreZero) {
  for (const std::int64_t samples : {0, 1, 5000}) {
    SCOPED_TRACE(samples);
    const std::vector<float> file(static_cast<std::size_t>(samples), 0.0f);
    const FileFeatures features = run_features(*backend_, file, 1e-6f);
    EXPECT_EQ(features.frames, 1 + samples / kHop);
    EXPECT_EQ(features.raw, std::vector<float>(features.raw.size(), 0.0f));
    // -60 dB by a logarithm of two units in the last place.
    EXPECT_TRUE(all_near(features.mel_db, std::vector<float>(features.mel_db.size(), -60.0f), 60 * 0x1p-22));
  }
}

TEST_P(Features, OfConstantsCrossNothingAtTheEdges) {
  // The padding is zeros, which are positive, but it continues the file: a negative file has no crossings.
  const FileFeatures features = run_features(*backend_, std::vector<float>(3000, -0.25f), 1e-6f);
  for (std::int64_t t = 0; t < features.frames; ++t) EXPECT_EQ(features.raw_at(t, kZcr), 0) << "frame " << t;
}

TEST_P(Features, CountTinyValuesAsZeroWhichIsPositive) {
  // -1e-10 is within the threshold: alternating with positive values it crosses nothing; -2e-10 crosses every time.
  for (const float low : {-1e-10f, -2e-10f, -0.0f}) {
    SCOPED_TRACE(low);
    std::vector<float> file(4096);
    for (std::size_t i = 0; i < file.size(); ++i) file[i] = i % 2 == 0 ? 0.1f : low;
    const float expected = low < -1e-10f ? 2047.0f / 2048 : 0.0f;
    EXPECT_EQ(run_features(*backend_, file, 1e-6f).raw_at(4, kZcr), expected);
  }
}

TEST_P(Features, DoNotDependOnBlocksOrThreads) {
  // Longer than one thread's run of frames, and odd.
  const std::vector<float> file = random_floats(7, 600 * kHop + 123, -0.7f, 0.4f);
  const FileFeatures whole = run_features(*backend_, file, 1e-6f);
  for (const std::int64_t block_rows : {5, 16, 254, 256}) {
    SCOPED_TRACE(block_rows);
    expect_same(run_features(*backend_, file, 1e-6f, block_rows), whole);
  }
  for (const int threads : {2, 3}) {
    SCOPED_TRACE(threads);
    expect_same(run_features(*make_cpu_backend(threads, GetParam()), file, 1e-6f), whole);
  }
  const std::vector<float> short_file(file.begin(), file.begin() + 7 * kHop + 1);
  expect_same(run_features(*backend_, short_file, 1e-6f, 1), run_features(*backend_, short_file, 1e-6f));
}

TEST_P(Features, SurviveInfinityAndNan) {
  for (const float bad : {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    std::vector<float> file = random_floats(3, 30 * kHop, -0.5f, 0.5f);
    const FileFeatures good = run_features(*backend_, file, 1e-6f);
    file[15 * kHop] = bad;
    const FileFeatures features = run_features(*backend_, file, 1e-6f);
    EXPECT_TRUE(std::isnan(features.raw_at(15, kCentroid)));
    // Frames that neither hold the bad sample nor follow one that does are what they were.
    for (const std::int64_t t : {0, 12, 19, 30})
      EXPECT_TRUE(all_equal_bytes(View<const float>(features.raw).subview(t * kBaseFeatures, kBaseFeatures),
                                  View<const float>(good.raw).subview(t * kBaseFeatures, kBaseFeatures)));
  }
}

TEST_P(Features, CheckTheirShapes) {
  std::vector<float> samples(kFftSize + kHop), raw(2 * kBaseFeatures);
  const FeatureRows rows{Matrix<float>(raw.data(), 2, kBaseFeatures), {}};
  PcmBlock block;
  block.samples = samples;
  EXPECT_NO_THROW(backend_->features({}, block, rows));
  block.samples = View<const float>(samples).subview(0, kFftSize + kHop - 1);
  EXPECT_THROW(backend_->features({}, block, rows), CheckFailure);
  block.samples = samples;
  block.has_previous = true;
  EXPECT_THROW(backend_->features({}, block, rows), CheckFailure);
  EXPECT_NO_THROW(backend_->features({}, PcmBlock{}, FeatureRows{Matrix<float>(raw.data(), 0, kBaseFeatures), {}}));
}

TEST(FeaturesAcrossIsas, AreTheSameBitForBit) {
  const std::vector<std::string> names = isas();
  if (std::count(names.begin(), names.end(), "avx2") + std::count(names.begin(), names.end(), "avx512") < 2)
    GTEST_SKIP() << "needs a processor with AVX-512";
  const std::vector<float> file = random_floats(11, 100 * kHop + 17, -0.9f, 0.9f);
  expect_same(run_features(*make_cpu_backend(1, "avx512"), file, 1e-6f),
              run_features(*make_cpu_backend(1, "avx2"), file, 1e-6f));
}

}  // namespace
}  // namespace fractalsync::test
