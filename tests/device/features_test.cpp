// The feature stage against its definition in double, by its own transform and by cuFFT.
#include <cmath>

#include "device/device.h"
#include "support/compare.h"
#include "support/features_reference.h"
#include "support/features_run.h"
#include "support/random.h"

namespace fractalsync::test {
namespace {

class DeviceFeatures : public DeviceTest {
 protected:
  void expect_definition(Backend& backend, View<const float> file) {
    const FileFeatures actual = run_features(backend, file, 1e-6f);
    const std::vector<ReferenceFrame> expected = reference_features(file, 1e-6f);
    ASSERT_EQ(actual.frames, static_cast<std::int64_t>(expected.size()));
    for (std::int64_t t = 0; t < actual.frames; ++t) {
      SCOPED_TRACE("frame " + std::to_string(t));
      const ReferenceFrame& frame = expected[static_cast<std::size_t>(t)];
      for (const int f : {kCentroid, kFlux, kRms, kZcr, kOnset})
        EXPECT_LE(std::abs(actual.raw_at(t, f) - frame.feature[f]), frame.tolerance[f]) << kFeatureNames[f];
      EXPECT_TRUE(frame.rolloff_agrees(actual.raw_at(t, kRolloff)));
      for (int b = 0; b < kMelBands; ++b)
        EXPECT_LE(std::abs(actual.mel_db[static_cast<std::size_t>(t * kMelBands + b)] - frame.mel_db[b]),
                  frame.mel_db_tolerance[b])
            << "band " << b;
    }
  }
};

TEST_P(DeviceFeatures, FollowTheDefinition) {
  // Less than a frame; one block of seven rows and one row more.
  for (const std::int64_t samples : {1, 511, 2048, 7 * kHop + 5})
    expect_definition(*device, random_floats(static_cast<std::uint64_t>(samples), samples, -0.5f, 0.5f));
}

TEST_P(DeviceFeatures, FollowTheDefinitionByCufft) {
  const auto with_cufft = make_device_backend(GetParam(), {.transform = CudaOptions::Transform::cufft});
  expect_definition(*with_cufft, random_floats(3, 3 * kHop + 5, -0.5f, 0.5f));
}

TEST_P(DeviceFeatures, DoNotDependOnBlocks) {
  const std::vector<float> file = random_floats(7, 17 * kHop + 123, -0.7f, 0.4f);
  const FileFeatures whole = run_features(*device, file, 1e-6f);
  for (const std::int64_t block_rows : {1, 5, 7, 8}) {
    const FileFeatures blocks = run_features(*device, file, 1e-6f, block_rows);
    EXPECT_TRUE(all_equal_bytes(blocks.raw, whole.raw));
    EXPECT_TRUE(all_equal_bytes(blocks.mel_db, whole.mel_db));
  }
}

TEST_P(DeviceFeatures, OfSilenceAreZero) {
  const FileFeatures features = run_features(*device, std::vector<float>(3000), 1e-6f);
  EXPECT_EQ(features.raw, std::vector<float>(features.raw.size(), 0.0f));
}

TEST_P(DeviceFeatures, OfConstantsCrossNothingAtTheEdges) {
  const FileFeatures features = run_features(*device, std::vector<float>(3000, -0.25f), 1e-6f);
  for (std::int64_t t = 0; t < features.frames; ++t) EXPECT_EQ(features.raw_at(t, kZcr), 0) << "frame " << t;
}

INSTANTIATE_TEST_SUITE_P(Seeds, DeviceFeatures, testing::ValuesIn(device_seeds()));

}  // namespace
}  // namespace fractalsync::test
