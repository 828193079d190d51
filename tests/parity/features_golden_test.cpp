// Features, deltas and windows against librosa's (golden/features/README.md). FRACTALSYNC_EXTRA_GOLDEN may name a
// folder with the same arrays of recorded music.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "host/dataset/librosa_definition.h"
#include "host/io/atomic_file.h"
#include "support/array.h"
#include "support/compare.h"
#include "support/features_run.h"

namespace fractalsync::test {
namespace {

constexpr double kAgreed = 1e-4;  // of a row's largest magnitude: what the definition promises against librosa

std::vector<std::string> isas() {
  std::istringstream names(list_cpu_isas());
  return {std::istream_iterator<std::string>(names), {}};
}

/// The samples of a mono WAV file of 32-bit floats.
std::vector<float> read_float_wav(const std::filesystem::path& path) {
  const std::string bytes = read_file(path);
  const std::size_t data = bytes.find("data");
  std::uint32_t size = 0;
  std::memcpy(&size, bytes.data() + data + 4, sizeof size);
  std::vector<float> samples(size / sizeof(float));
  std::memcpy(samples.data(), bytes.data() + data + 8, size);
  return samples;
}

/// [features, frames] -> [frames, features]
std::vector<float> frame_major(const NpyArray<float>& array) {
  std::vector<float> out(array.values.size());
  const auto features = static_cast<std::size_t>(array.dim(0)), frames = static_cast<std::size_t>(array.dim(1));
  for (std::size_t f = 0; f < features; ++f)
    for (std::size_t t = 0; t < frames; ++t) out[t * features + f] = array.values[f * frames + t];
  return out;
}

std::vector<float> column(const std::vector<float>& rows, int f) {
  std::vector<float> values;
  for (std::size_t i = static_cast<std::size_t>(f); i < rows.size(); i += kBaseFeatures) values.push_back(rows[i]);
  return values;
}

void expect_columns_agree(const std::vector<float>& actual, const std::vector<float>& expected,
                          std::initializer_list<int> columns) {
  for (const int f : columns) {
    const std::vector<float> values = column(expected, f);
    EXPECT_TRUE(all_near(column(actual, f), values, kAgreed * largest_magnitude(View<const float>(values))))
        << kFeatureNames[f];
  }
}

class FeaturesGolden : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    folder_ = golden("features");
    if (GetParam().starts_with("real_")) {
      const char* extra = std::getenv("FRACTALSYNC_EXTRA_GOLDEN");
      if (extra == nullptr) GTEST_SKIP() << "FRACTALSYNC_EXTRA_GOLDEN names no folder with recorded music";
      folder_ = std::filesystem::path(extra) / "features";
    }
  }
  NpyArray<float> array(const std::string& kind) const {
    return read_npy<float>(folder_ / (GetParam() + "." + kind + ".npy"));
  }
  std::filesystem::path folder_;
};

INSTANTIATE_TEST_SUITE_P(Clips, FeaturesGolden,
                         testing::Values("sine_sweep", "silence_chord", "real_battle_epic", "real_elvish_theme"),
                         [](const auto& instance) { return instance.param; });

TEST_P(FeaturesGolden, MatchLibrosa) {
  const std::vector<float> file = read_float_wav(folder_ / (GetParam() + ".wav"));
  for (const std::string& isa : isas()) {
    SCOPED_TRACE(isa);
    FileFeatures features = run_features(*make_cpu_backend(1, isa), file, kLibrosaMelFloor);
    apply_librosa_definition(Matrix<float>(features.raw.data(), features.frames, kBaseFeatures),
                             Matrix<const float>(features.mel_db.data(), features.frames, kMelBands));
    for (const char* kind : {"raw", "raw64"}) {
      SCOPED_TRACE(kind);
      const std::vector<float> expected = frame_major(array(kind));
      expect_columns_agree(features.raw, expected, {kCentroid, kFlux, kRms, kZcr, kOnset});
      // The rolloff is a whole bin: where the cumulative sum all but meets the threshold, rounding may pick the next.
      const std::vector<float> ours = column(features.raw, kRolloff), theirs = column(expected, kRolloff);
      const float bin_hz = static_cast<float>(kSampleRate) / kFftSize;
      EXPECT_TRUE(all_near(ours, theirs, 1.01 * bin_hz));
      int off = 0;
      for (std::size_t t = 0; t < ours.size(); ++t) off += std::abs(ours[t] - theirs[t]) <= 0.01f * bin_hz ? 0 : 1;
      EXPECT_LE(off, 1);
    }
  }
}

TEST_P(FeaturesGolden, CausalFluxAndOnsetAreLibrosasMoved) {
  const std::vector<float> file = read_float_wav(folder_ / (GetParam() + ".wav"));
  const FileFeatures features = run_features(*make_cpu_backend(1), file, kLibrosaMelFloor);
  const std::vector<float> flux = column(frame_major(array("raw")), kFlux), ours = column(features.raw, kFlux);
  const View<const float> later(ours.data() + 1, features.frames - 1);
  EXPECT_TRUE(all_near(later, View<const float>(flux).subview(0, features.frames - 1),
                       kAgreed * largest_magnitude(View<const float>(flux))));
  // The onset that the kernels accumulate is the mean rise of the bands that they report. 128 roundings of sums, and
  // one each of difference, mean and product.
  const Matrix<const float> db(features.mel_db.data(), features.frames, kMelBands);
  for (std::int64_t t = 1; t < features.frames; ++t) {
    double rise = 0;
    for (int b = 0; b < kMelBands; ++b)
      rise += std::max(0.0, static_cast<double>(db(t, b)) - static_cast<double>(db(t - 1, b)));
    EXPECT_LE(std::abs(features.raw_at(t, kOnset) - rise / kMelBands), 131 * 0x1p-24 * rise / kMelBands)
        << "frame " << t;
  }
}

TEST_P(FeaturesGolden, DeltasMatchLibrosa) {
  const NpyArray<float> norm = array("norm");
  const std::int64_t frames = norm.dim(1);
  const std::vector<float> base = frame_major(norm);
  const auto backend = make_cpu_backend(1);
  Array<float> features(*backend, base), delta(*backend, frames * kBaseFeatures),
      delta_delta(*backend, frames * kBaseFeatures);
  backend->deltas(features.matrix(kBaseFeatures), delta.matrix(kBaseFeatures));
  backend->deltas(delta.matrix(kBaseFeatures), delta_delta.matrix(kBaseFeatures));
  expect_columns_agree(delta.host(), frame_major(array("delta")), {0, 1, 2, 3, 4, 5});
  expect_columns_agree(delta_delta.host(), frame_major(array("delta2")), {0, 1, 2, 3, 4, 5});
}

TEST_P(FeaturesGolden, WindowsAreRunsOfTheFrameMajorMatrix) {
  constexpr int kWindowFrames = 10, kStart = 5;
  const std::vector<float> base = frame_major(array("norm"));
  const std::vector<float> feature_major = array("window5").values;
  const std::int64_t windows = static_cast<std::int64_t>(base.size()) / kBaseFeatures - kWindowFrames + 1;
  const Matrix<const float> matrix(base.data(), windows, kWindowFrames * kBaseFeatures, kBaseFeatures);
  ASSERT_EQ(matrix.cols(), static_cast<std::int64_t>(feature_major.size()));
  for (int t = 0; t < kWindowFrames; ++t)
    for (int f = 0; f < kBaseFeatures; ++f)
      EXPECT_EQ(matrix(kStart, t * kBaseFeatures + f), feature_major[static_cast<std::size_t>(f * kWindowFrames + t)]);
}

}  // namespace
}  // namespace fractalsync::test
