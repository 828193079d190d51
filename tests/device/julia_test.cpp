// Julia images, connectedness and escape times: the CUDA backend against the CPU's.
#include <cmath>
#include <limits>

#include "device/julia_run.h"
#include "host/io/npy.h"

namespace fractalsync::test {
namespace {

// The orbits are the same operations on both sides, fused where the CPU has fused multiply-add (the reference here
// needs it: without, orbits near the boundary are others). What is left: the logarithms, and four roundings of at
// most 1.
constexpr double kIntensityError = 1e-6;
// Backward on the CPU, forward on the device: up to four roundings of 6e-8 a step in each, of terms that may be some
// times the largest tangent: 48 x 4 x 6e-8 x 10.
constexpr double kTangentError = 1e-4;

class DeviceJulia : public DeviceTest {
 protected:
  void compare_images(const JuliaSpec& spec, const std::vector<float>& drawn) {
    SCOPED_TRACE(testing::Message() << kJuliaImageNames[static_cast<int>(spec.image)] << " " << spec.side << " pixels, "
                                    << spec.max_iterations << " iterations");
    const JuliaImages ours = julia_images(*device, spec, drawn), expected = julia_images(*cpu, spec, drawn);
    EXPECT_TRUE(all_near(View<const float>(ours.images), View<const float>(expected.images), kIntensityError));
    const std::size_t pixels = static_cast<std::size_t>(spec.side * spec.side);
    for (std::size_t plane = 0; plane < expected.tangents.size(); plane += pixels) {
      const View<const float> e(&expected.tangents[plane], static_cast<std::int64_t>(pixels));
      EXPECT_TRUE(all_near(View<const float>(&ours.tangents[plane], e.size()), e, kTangentError * largest_magnitude(e)))
          << "frame " << plane / pixels / kTangents << " tangent " << plane / pixels % kTangents;
    }
    EXPECT_TRUE(all_equal_bytes(julia_images(*device, spec, drawn, false).images, ours.images));
  }
};

TEST_P(DeviceJulia, ImagesAndTangentsAreTheCpus) {
  const std::uint64_t seed = 51;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  for (const JuliaImage image : kAllImages)
    for (const int side : {4, 8, 48, 50}) compare_images(julia_spec(image, side), frames_near_cardioid(seed, 2));
}

TEST_P(DeviceJulia, ManyOrFewIterations) {
  const auto drawn = frames_near_cardioid(52, 2);
  for (const int iterations : {1, 2, 1000}) compare_images(julia_spec(JuliaImage::V, 10, iterations), drawn);
  for (const int iterations : {1, 90}) compare_images(julia_spec(JuliaImage::Q, 10, iterations), drawn);
}

TEST_P(DeviceJulia, NoFramesAreNoWork) {
  for (const JuliaImage image : kAllImages) EXPECT_TRUE(julia_images(*device, julia_spec(image, 8), {}).images.empty());
  EXPECT_TRUE(connectedness(*device, {}, {}).chi.empty());
  EXPECT_NO_THROW(device->escape_time_images({}, {nullptr, 0, 4}, {nullptr, 0, 128 * 128}));
}

TEST_P(DeviceJulia, WrongShapesAreRefused) {
  Array<float> drawn(*device, 8), images(*device, 2 * 64);
  EXPECT_THROW(device->julia_images(julia_spec(JuliaImage::V, 8), drawn.matrix(4), images.matrix(32), {}),
               CheckFailure);
  EXPECT_THROW(device->julia_images(julia_spec(JuliaImage::Q, 8, 91), drawn.matrix(4), images.matrix(64), {}),
               CheckFailure);
}

TEST_P(DeviceJulia, ParametersWithoutADerivativeGiveOnesAndZeros) {
  const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
  const std::vector<float> drawn = {nan, 0, 0, 0,   0,   nan, 0, 0, 0, 0, nan,  0,
                                    0,   0, 0, nan, inf, 0,   0, 0, 0, 0, -inf, 0};
  for (const JuliaImage image : kAllImages) {
    const JuliaImages ours = julia_images(*device, julia_spec(image, 8), drawn);
    for (const float v : ours.images) EXPECT_EQ(v, 1);
    for (const float v : ours.tangents) EXPECT_EQ(v, 0);
  }
  const Connected c = connectedness(*device, {}, drawn);
  EXPECT_EQ(c.chi[0], 1);
  EXPECT_EQ(c.chi[1], 1);
  for (const float v : c.gradient) EXPECT_EQ(v, 0);
}

// At a zoom of e^-50 |z|^2 is infinite, after the first step or before it.
TEST_P(DeviceJulia, WhatOverflowsCountsAsOnTheSetWithTangentsAndWithout) {
  const std::vector<float> drawn = {0.3f, 0.1f, -50, 0.2f};
  for (const JuliaImage image : kAllImages)
    for (Backend* backend : {device.get(), cpu.get()}) {
      const JuliaImages both = julia_images(*backend, julia_spec(image, 8), drawn);
      const JuliaImages alone = julia_images(*backend, julia_spec(image, 8), drawn, false);
      for (const float v : both.images) EXPECT_EQ(v, 1);
      for (const float v : alone.images) EXPECT_EQ(v, 1);
      for (const float v : both.tangents) EXPECT_EQ(v, 0);
    }
}

TEST_P(DeviceJulia, ConnectednessIsTheCpus) {
  const std::uint64_t seed = 53;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  const auto drawn = random_floats(seed, 4 * 70, -1.2f, 1.2f);
  for (const int level : {8, 20}) {
    ConnectednessSpec spec;
    spec.level = level;
    const Connected ours = connectedness(*device, spec, drawn), expected = connectedness(*cpu, spec, drawn);
    // One logarithm of the potential, then two of its value: a few times 6e-8 of at most 1 (of the largest slope).
    EXPECT_TRUE(all_near(View<const float>(ours.chi), View<const float>(expected.chi), kIntensityError));
    EXPECT_TRUE(all_near(View<const float>(ours.gradient), View<const float>(expected.gradient),
                         1e-6 * largest_magnitude(View<const float>(expected.gradient))));
    EXPECT_GT(largest_magnitude(View<const float>(expected.gradient)), 0);
  }
}

TEST_P(DeviceJulia, EscapeTimesAreTheCpusToTheByte) {
  const std::vector<double> params = {-0.7, 0.27, 1, 0, 0.3, 0.5, 0.8, 1.1, -0.4, 0.6, 1.7, -2};
  for (const int side : {2, 33, 40})
    for (const std::int64_t stride : {side * side, side * side + 5}) {
      const EscapeTimeSpec spec{side, 100};
      const auto draw = [&](Backend& backend) {
        std::vector<std::uint8_t> images(static_cast<std::size_t>(3 * stride));
        backend.escape_time_images(spec, {params.data(), 3, 4}, {images.data(), 3, side * side, stride});
        return images;
      };
      EXPECT_EQ(draw(*device), draw(*cpu)) << side;
    }
}

TEST_P(DeviceJulia, EscapeTimesAreTheOriginals) {
  const auto params = read_npy<double>(golden("hard/params.npy"));
  const auto images = read_npy<std::uint8_t>(golden("hard/images.npy"));
  constexpr std::int64_t kFrames = 3, kPixels = 128 * 128;
  std::vector<double> rows(4 * kFrames);
  for (std::size_t t = 0; t < kFrames; ++t)
    for (std::size_t i = 0; i < 3; ++i) rows[4 * t + i] = params.values[3 * t + i];
  std::vector<std::uint8_t> ours(kFrames * kPixels);
  device->escape_time_images({}, {rows.data(), kFrames, 4}, {ours.data(), kFrames, kPixels});
  EXPECT_TRUE(std::equal(ours.begin(), ours.end(), images.values.begin()));
}

INSTANTIATE_TEST_SUITE_P(Seeds, DeviceJulia, testing::ValuesIn(device_seeds()));

}  // namespace
}  // namespace fractalsync::test
