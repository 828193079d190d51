// From raw features to what the network sees: scales, slopes, statistics, targets and standardisation against their
// definitions. (Deltas against librosa's arrays: features_golden_test.cpp.)
#include "host/dataset/model_features.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "math/feature_statistics.h"
#include "support/array.h"
#include "support/compare.h"
#include "support/random.h"
#include "support/test_backends.h"

namespace fractalsync::test {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

class OnBackend : public testing::TestWithParam<TestBackend> {
 protected:
  std::unique_ptr<Backend> backend = GetParam().make();
};

class ModelFeatures : public OnBackend {
 protected:
  std::vector<float> at_loudness(const WindowSpec& spec, float gain, const std::vector<float>& raw) {
    const std::int64_t frames = static_cast<std::int64_t>(raw.size()) / kBaseFeatures;
    Array<float> there(*backend, raw), model(*backend, frames * spec.features());
    compute_model_features(*backend, spec, gain, there.matrix(kBaseFeatures), model.matrix(spec.features()));
    return model.host();
  }
};

class Deltas : public OnBackend {
 protected:
  std::vector<float> deltas_of(const std::vector<float>& values, std::int64_t features) {
    Array<float> there(*backend, values), delta(*backend, static_cast<std::int64_t>(values.size()));
    backend->deltas(there.matrix(features), delta.matrix(features));
    return delta.host();
  }
};

class Statistics : public OnBackend {};
class WindowTargets : public OnBackend {};
class Standardize : public OnBackend {};

TEST_P(ModelFeatures, HaveComparableScales) {
  const std::vector<float> model =
      model_features_of(*backend, {}, std::vector<float>{11025, 3, 0.25f, 0.5f, 7, 5512.5f});
  EXPECT_TRUE(all_near(model, std::vector<float>{1, std::log(4.0f), 0.25f, 0.5f, 7, 0.5f}, 2 * 0x1p-23));
}

TEST_P(ModelFeatures, OfNothingAreNothing) {
  EXPECT_TRUE(model_features_of(*backend, {.include_delta = true}, std::vector<float>()).empty());
}

TEST_P(ModelFeatures, AppendDeltasOfTheModelFeatures) {
  std::vector<float> raw;
  for (int t = 0; t < 12; ++t)
    for (int f = 0; f < kBaseFeatures; ++f) raw.push_back(std::fmod(static_cast<float>(t * t + 3 * f), 7.0f));
  Array<float> base(*backend, model_features_of(*backend, {}, raw)), delta(*backend, 12 * 6),
      delta_delta(*backend, 12 * 6);
  backend->deltas(base.matrix(6), delta.matrix(6));
  backend->deltas(delta.matrix(6), delta_delta.matrix(6));
  const auto expected = [&](const std::vector<const Array<float>*>& parts) {
    std::vector<float> joined;
    for (int t = 0; t < 12; ++t)
      for (const Array<float>* part : parts) {
        const std::vector<float> rows = part->host();
        joined.insert(joined.end(), rows.begin() + 6 * t, rows.begin() + 6 * (t + 1));
      }
    return joined;
  };
  EXPECT_TRUE(all_equal_bytes(model_features_of(*backend, {.include_delta = true}, raw), expected({&base, &delta})));
  EXPECT_TRUE(all_equal_bytes(model_features_of(*backend, {.include_delta_delta = true}, raw),
                              expected({&base, &delta_delta})));
  EXPECT_TRUE(all_equal_bytes(model_features_of(*backend, {.include_delta = true, .include_delta_delta = true}, raw),
                              expected({&base, &delta, &delta_delta})));
}

TEST_P(ModelFeatures, OfLouderSoundAreThoseOfItsRawFeatures) {
  const WindowSpec spec{.frames = 1, .include_delta = true, .include_delta_delta = true};
  for (const float gain : {0.5f, 1.0f, 4.0f}) {
    std::vector<float> raw, louder;
    for (int t = 0; t < 12; ++t) {
      const float flux = std::fmod(static_cast<float>(t * t), 7.0f), rms = 0.01f * static_cast<float>(t % 5);
      for (const float value : {1000.0f, flux, rms, 0.1f, 2.0f, 3000.0f}) raw.push_back(value);
      for (const float value : {1000.0f, gain * gain * flux, gain * rms, 0.1f, 2.0f, 3000.0f}) louder.push_back(value);
    }
    // ln(1 + flux) is at most 5, and goes through log1p, expm1, two products and log1p again: five roundings, each of
    // less than 2^-23 of at most 16 gain^2 flux / (1 + gain^2 flux) < 8 in the logarithm. Slopes are no larger.
    EXPECT_TRUE(all_near(at_loudness(spec, gain, raw), at_loudness(spec, 1, louder), 5 * 8 * 0x1p-23)) << gain;
  }
}

TEST_P(Deltas, OfALineAreItsSlopeEvenInAShortFile) {
  for (const int frames : {2, 3, 8, 9, 10, 25}) {
    SCOPED_TRACE(frames);
    std::vector<float> lines, slopes;
    for (int t = 0; t < frames; ++t) {
      lines.insert(lines.end(), {1.5f + 0.25f * static_cast<float>(t), -3.0f * static_cast<float>(t)});
      slopes.insert(slopes.end(), {0.25f, -3.0f});
    }
    // All values are exact; only the division by the norm rounds, and once more to float.
    EXPECT_TRUE(all_near(deltas_of(lines, 2), slopes, 3 * 0x1p-23));
  }
}

TEST_P(Deltas, OfNothingAreNothingAndOfOneFrameZero) {
  EXPECT_TRUE(deltas_of({}, 6).empty());
  EXPECT_EQ(deltas_of({5, -1}, 2), (std::vector<float>{0, 0}));
}

TEST_P(Deltas, OfAShortFileHaveOneSlope) {
  // Least squares through (0, 0), (1, 0), (2, 6): slope (6 - 0) / 2.
  EXPECT_EQ(deltas_of({0, 0, 6}, 1), (std::vector<float>{3, 3, 3}));
}

TEST_P(Deltas, OfAFileDoNotSeeItsNeighbours) {
  for (const std::int64_t frames : {1, 5, 9, 30}) {
    const std::vector<float> alone = random_floats(static_cast<std::uint64_t>(frames), frames * 6, -1, 1);
    std::vector<float> among(9 * 6, kNan);
    among.insert(among.end(), alone.begin(), alone.end());
    among.insert(among.end(), 9 * 6, kNan);
    Array<float> there(*backend, among), delta(*backend, static_cast<std::int64_t>(among.size()));
    backend->deltas(there.matrix(6).middle_rows(9, frames), delta.matrix(6).middle_rows(9, frames));
    const std::vector<float> all = delta.host();
    EXPECT_TRUE(all_equal_bytes(View<const float>(all).subview(9 * 6, frames * 6), deltas_of(alone, 6)));
    EXPECT_TRUE(std::isnan(all[9 * 6 - 1]) && std::isnan(all[static_cast<std::size_t>(9 + frames) * 6]));
  }
}

/// Mean and std in two passes of long double.
FeatureStatistics statistics_by_definition(const std::vector<float>& rows, std::size_t features) {
  FeatureStatistics statistics;
  const std::size_t frames = rows.size() / features;
  for (std::size_t f = 0; f < features; ++f) {
    long double mean = 0, variance = 0;
    for (std::size_t t = 0; t < frames; ++t) mean += rows[t * features + f];
    mean /= static_cast<long double>(frames);
    for (std::size_t t = 0; t < frames; ++t) {
      const long double x = rows[t * features + f] - mean;
      variance += x * x;
    }
    statistics.mean.push_back(static_cast<float>(mean));
    statistics.std.push_back(static_cast<float>(std::sqrt(variance / static_cast<long double>(frames))));
  }
  return statistics;
}

/// From the moments that the backend takes around the first frame.
FeatureStatistics statistics_by(Backend& backend, Matrix<const float> model) {
  std::vector<FeatureMoments> moments(static_cast<std::size_t>(model.cols() / kBaseFeatures));
  const std::vector<float> origin = to_host(backend, View<const float>(model.row(0), model.cols()));
  backend.feature_moments(origin, model, moments);
  FeatureStatistics statistics;
  for (std::size_t six = 0; six < moments.size(); ++six)
    math::append_statistics(moments[six], &origin[six * kBaseFeatures], model.rows(), statistics);
  return statistics;
}

TEST_P(Statistics, AreMeanAndDeviationOfEachColumn) {
  for (const std::int64_t features : {6, 12, 18})
    for (const std::int64_t frames : {1, 2, 31, 1000}) {
      SCOPED_TRACE(std::to_string(frames) + " frames of " + std::to_string(features));
      std::vector<float> rows = random_floats(static_cast<std::uint64_t>(frames + features), frames * features, -1, 1);
      // Column 1 is far from 0 beside its deviation, which sums of plain squares would lose even in double; column 2
      // does not change.
      for (std::size_t i = 0; i < rows.size(); i += static_cast<std::size_t>(features)) {
        rows[i + 1] = 1e6f + std::round(8 * rows[i + 1]);
        rows[i + 2] = 0.1f;
      }
      Array<float> there(*backend, rows);
      const FeatureStatistics actual = statistics_by(*backend, there.matrix(features)),
                              expected = statistics_by_definition(rows, static_cast<std::size_t>(features));
      ASSERT_EQ(actual.mean.size(), static_cast<std::size_t>(features));
      ASSERT_EQ(actual.std.size(), static_cast<std::size_t>(features));
      // Sums of 1000 numbers in double are good to 1000 2^-53 of what they sum, values within twice the range of their
      // column from its first: far below a float's last place, which then rounds either way.
      for (std::size_t f = 0; f < actual.mean.size(); ++f) {
        SCOPED_TRACE(f);
        EXPECT_LE(std::abs(actual.mean[f] - expected.mean[f]), 0x1p-23 * std::abs(expected.mean[f]) + 0x1p-42);
        EXPECT_LE(std::abs(actual.std[f] - expected.std[f]), 0x1p-23 * expected.std[f]);
      }
      EXPECT_EQ(actual.std[2], 0);
    }
}

TEST_P(Statistics, AreTheSameBytesEveryTime) {
  Array<float> there(*backend, random_floats(3, 5000 * 6, -1, 1));
  const FeatureStatistics once = statistics_by(*backend, there.matrix(6));
  for (int again = 0; again < 3; ++again) {
    const FeatureStatistics more = statistics_by(*backend, there.matrix(6));
    EXPECT_TRUE(all_equal_bytes(more.mean, once.mean));
    EXPECT_TRUE(all_equal_bytes(more.std, once.std));
  }
}

// Whoever reads music piece by piece adds up the pieces.
TEST_P(Statistics, MomentsAreAddedToThoseBefore) {
  constexpr std::int64_t kFrames = 3000, kFirst = 1100;
  const std::vector<float> rows = random_floats(8, kFrames * 12, -1, 1), origin(rows.begin(), rows.begin() + 12);
  Array<float> there(*backend, rows);
  const Matrix<const float> model = there.matrix(12);
  std::vector<FeatureMoments> whole(2), pieces(2);
  backend->feature_moments(origin, model, whole);
  backend->feature_moments(origin, model.middle_rows(0, kFirst), pieces);
  backend->feature_moments(origin, model.middle_rows(kFirst, 0), pieces);
  backend->feature_moments(origin, model.middle_rows(kFirst, kFrames - kFirst), pieces);
  // Two sums in double of terms of at most 4, each good to kFrames 2^-53 of what it sums.
  for (std::size_t six = 0; six < 2; ++six)
    for (int f = 0; f < kBaseFeatures; ++f) {
      EXPECT_LE(std::abs(pieces[six].sum[f] - whole[six].sum[f]), kFrames * 0x1p-52 * 4 * kFrames);
      EXPECT_LE(std::abs(pieces[six].square[f] - whole[six].square[f]), kFrames * 0x1p-52 * 4 * kFrames);
      EXPECT_GT(whole[six].square[f], 0);
    }
}

TEST_P(Statistics, RefuseOtherShapes) {
  Array<float> there(*backend, std::vector<float>(6));
  std::vector<FeatureMoments> one(1), two(2);
  const std::vector<float> origin(6);
  EXPECT_THROW(backend->feature_moments(origin, there.matrix(6), two), CheckFailure);
  EXPECT_THROW(backend->feature_moments(origin, there.matrix(3), one), CheckFailure);
  EXPECT_THROW(backend->feature_moments(View<const float>(origin).subview(0, 5), there.matrix(6), one), CheckFailure);
}

TEST_P(WindowTargets, AreStandardisedMeansOverTheWindow) {
  constexpr std::int64_t kFeatures = 12, kBefore = 3;
  const FeatureStatistics statistics{std::vector<float>(kFeatures, 0.25f),
                                     {0.5f, 2, 0, 0.1f, 1, 1, 1, 1, 1, 1, 1, 1}};  // a constant feature counts as 1
  for (const int window : {1, 4, 10})
    for (const std::int64_t frames : {std::int64_t{window}, std::int64_t{100}}) {
      SCOPED_TRACE(std::to_string(frames) + " frames, windows of " + std::to_string(window));
      // The track lies among others, of which nothing may be seen.
      std::vector<float> rows(static_cast<std::size_t>(kBefore * kFeatures), kNan);
      const std::vector<float> track = random_floats(static_cast<std::uint64_t>(window), frames * kFeatures, -1, 1);
      rows.insert(rows.end(), track.begin(), track.end());
      rows.insert(rows.end(), static_cast<std::size_t>(kBefore * kFeatures), kNan);
      Array<float> there(*backend, rows), targets(*backend, (frames + 2 * kBefore) * kTargets);
      backend->window_targets(statistics, window, there.matrix(kFeatures).middle_rows(kBefore, frames),
                              targets.matrix(kTargets).middle_rows(kBefore, frames));
      std::vector<double> expected;
      for (std::int64_t t = 0; t < frames; ++t)
        for (std::int64_t k = 0; k < kTargets; ++k) {
          double sum = 0;
          for (std::int64_t i = t; i < std::min(t + window, frames); ++i)
            sum += track[static_cast<std::size_t>(i * kFeatures + k)];
          const double std = k == kTargetRms ? 1 : statistics.std[static_cast<std::size_t>(k)];
          expected.push_back(t + window > frames ? 0 : (sum / window - 0.25) / std);
        }
      const std::vector<float> all = targets.host();
      // At most 1.25 / 0.1, by a rounded reciprocal, rounded: 2^-23 of it.
      EXPECT_TRUE(
          all_near(View<const float>(all).subview(kBefore * kTargets, frames * kTargets), expected, 12.5 * 0x1p-23));
      EXPECT_TRUE(std::isnan(all[kBefore * kTargets - 1]));
      EXPECT_TRUE(std::isnan(all[static_cast<std::size_t>((kBefore + frames) * kTargets)]));
    }
}

TEST_P(Standardize, CentresScalesAndClipsEachColumn) {
  for (const std::int64_t features : {6, 12, 18})
    for (const std::int64_t frames : {0, 1, 47, 500}) {
      SCOPED_TRACE(std::to_string(frames) + " frames of " + std::to_string(features));
      FeatureStatistics statistics;
      for (std::int64_t f = 0; f < features; ++f) {
        statistics.mean.push_back(0.125f * static_cast<float>(f));
        statistics.std.push_back(f == 5 ? 0 : 0.25f * static_cast<float>(f % 4 + 1));
      }
      const std::vector<float> rows = random_floats(7, frames * features, -4, 4);
      Array<float> there(*backend, rows);
      backend->standardize(statistics, there.matrix(features));
      std::vector<double> expected;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::size_t f = i % static_cast<std::size_t>(features);
        const double std = f == 5 ? 1 : statistics.std[f];
        expected.push_back(std::clamp((static_cast<double>(rows[i]) - statistics.mean[f]) / std, -5.0, 5.0));
      }
      // A difference of less than 8, a reciprocal and a product, each rounded, of which less than 5 is kept.
      EXPECT_TRUE(all_near(there.host(), expected, 3 * 5 * 0x1p-24));
    }
}

TEST_P(Standardize, RefusesStatisticsOfOtherFeatures) {
  Array<float> there(*backend, std::vector<float>(12));
  const FeatureStatistics six{std::vector<float>(6), std::vector<float>(6)};
  EXPECT_THROW(backend->standardize(six, there.matrix(12)), CheckFailure);
  EXPECT_THROW(backend->window_targets(six, 1, there.matrix(12), there.matrix(kTargets)), CheckFailure);
}

std::string name_of(const testing::TestParamInfo<TestBackend>& info) { return info.param.name; }
INSTANTIATE_TEST_SUITE_P(Backends, ModelFeatures, testing::ValuesIn(test_backends()), name_of);
INSTANTIATE_TEST_SUITE_P(Backends, Deltas, testing::ValuesIn(test_backends()), name_of);
INSTANTIATE_TEST_SUITE_P(Backends, Statistics, testing::ValuesIn(test_backends()), name_of);
INSTANTIATE_TEST_SUITE_P(Backends, WindowTargets, testing::ValuesIn(test_backends()), name_of);
INSTANTIATE_TEST_SUITE_P(Backends, Standardize, testing::ValuesIn(test_backends()), name_of);

}  // namespace
}  // namespace fractalsync::test
