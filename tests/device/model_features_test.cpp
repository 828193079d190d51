// From raw features to what the network sees: the CPU's bytes, but for the flux' logarithm and the order of sums.
#include "host/dataset/model_features.h"

#include <cmath>

#include "device/device.h"
#include "support/compare.h"
#include "support/random.h"

namespace fractalsync::test {
namespace {

class DeviceModelFeatures : public DeviceTest {};

/// Raw features of sounds of any loudness.
std::vector<float> made_up_raw(std::int64_t frames) {
  std::vector<float> raw = random_floats(static_cast<std::uint64_t>(frames), frames * kBaseFeatures, 0, 1);
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (i % kBaseFeatures == kCentroid || i % kBaseFeatures == kRolloff) raw[i] *= kNyquistHz;
    if (i % kBaseFeatures == kFlux) raw[i] = std::exp(20 * raw[i] - 10);
  }
  return raw;
}

TEST_P(DeviceModelFeatures, AreTheCpusButForTheLogarithm) {
  for (const std::int64_t frames : {1, 43, 300})
    for (const float gain : {1.0f, 0.5f, 4.0f}) {
      SCOPED_TRACE(std::to_string(frames) + " frames, gain " + std::to_string(gain));
      const auto compute = [&](Backend& backend) {
        Array<float> raw(backend, made_up_raw(frames)), model(backend, frames * kBaseFeatures);
        backend.model_features(gain, raw.matrix(kBaseFeatures), model.matrix(kBaseFeatures));
        return model.host();
      };
      const std::vector<float> actual = compute(*device), expected = compute(*cpu);
      for (std::size_t i = 0; i < actual.size(); ++i) {
        // log1p and expm1 are good to a unit in the last place on either side. At another loudness an error of the
        // inner logarithm, which is at most 10, comes out of expm1 ten times as large; products and the outer functions
        // add less than five.
        const bool flux = i % kBaseFeatures == kFlux;
        const double tolerance = !flux ? 0 : (gain == 1 ? 2 : 2 * 15) * 0x1p-23 * std::abs(expected[i]);
        EXPECT_LE(std::abs(actual[i] - expected[i]), tolerance) << i;
      }
    }
}

TEST_P(DeviceModelFeatures, DeltasTargetsAndStandardisedFeaturesAreTheCpusBytes) {
  for (const std::int64_t frames : {10, 43, 300}) {
    SCOPED_TRACE(frames);
    constexpr std::int64_t kFeatures = 18;
    const std::vector<float> rows = random_floats(static_cast<std::uint64_t>(frames), frames * kFeatures, -3, 3);
    FeatureStatistics statistics{random_floats(1, kFeatures, -1, 1), random_floats(2, kFeatures, 0.1f, 2)};
    statistics.std[kTargetRms] = 0;
    const auto compute = [&](Backend& backend) {
      Array<float> model(backend, rows), delta(backend, frames * kFeatures), targets(backend, frames * kTargets);
      backend.deltas(model.matrix(kFeatures), delta.matrix(kFeatures));
      backend.window_targets(statistics, 10, model.matrix(kFeatures), targets.matrix(kTargets));
      backend.standardize(statistics, model.matrix(kFeatures));
      return std::vector{delta.host(), targets.host(), model.host()};
    };
    const std::vector<std::vector<float>> actual = compute(*device), expected = compute(*cpu);
    for (std::size_t k = 0; k < actual.size(); ++k) EXPECT_TRUE(all_equal_bytes(actual[k], expected[k])) << k;
  }
}

TEST_P(DeviceModelFeatures, MomentsAgreeWithTheCpus) {
  constexpr std::int64_t kFrames = 3000;
  const std::vector<float> rows = random_floats(5, kFrames * 12, -1, 3);
  const auto compute = [&](Backend& backend) {
    Array<float> model(backend, rows);
    std::vector<FeatureMoments> moments(2);
    backend.feature_moments(std::vector<float>(12, 1.0f), model.matrix(12), moments);
    return moments;
  };
  const std::vector<FeatureMoments> actual = compute(*device), expected = compute(*cpu);
  // Two sums in double of terms of at most 4, each good to kFrames 2^-53 of what it sums.
  for (std::size_t six = 0; six < 2; ++six)
    for (int f = 0; f < kBaseFeatures; ++f) {
      EXPECT_LE(std::abs(actual[six].sum[f] - expected[six].sum[f]), kFrames * 0x1p-52 * 4 * kFrames);
      EXPECT_LE(std::abs(actual[six].square[f] - expected[six].square[f]), kFrames * 0x1p-52 * 4 * kFrames);
    }
}

TEST_P(DeviceModelFeatures, MomentsAreNotForARecordedStep) {
  Array<float> model(*device, std::vector<float>(12));
  const std::vector<float> origin(6);
  FeatureMoments moments;
  const auto recording = device->record([&] { device->feature_moments(origin, model.matrix(6), {&moments, 1}); });
  recording->replay();  // as it is
  EXPECT_THROW(recording->replay(), CheckFailure);
}

INSTANTIATE_TEST_SUITE_P(Seeds, DeviceModelFeatures, testing::ValuesIn(device_seeds()));

}  // namespace
}  // namespace fractalsync::test
