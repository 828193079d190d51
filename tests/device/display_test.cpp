// The picture for people: the CUDA backend against the CPU's.
#include <cmath>

#include "device/device.h"
#include "support/random.h"

namespace fractalsync::test {
namespace {

std::vector<std::uint8_t> draw(Backend& backend, const DisplaySpec& spec, const DisplayFrame& frame) {
  Array<std::uint8_t> picture(backend, display_bytes(spec));
  backend.display(spec, frame, picture.view());
  return picture.host();
}

class DeviceDisplay : public DeviceTest {};

TEST_P(DeviceDisplay, PicturesAreTheCpusWithinRounding) {
  const std::uint64_t seed = 61;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  const auto u = random_floats(seed, 12 * 7, 0, 1);
  const DisplaySpec specs[] = {{1, 1, 1}, {2, 3, 2}, {33, 5, 1}, {40, 17, 2}, {7, 30, 3}};
  std::size_t at = 0;
  for (const DisplaySpec& spec : specs)
    for (int k = 0; k < 2; ++k, at += 7) {
      SCOPED_TRACE(testing::Message() << spec.width << " x " << spec.height << ", samples " << spec.samples);
      const DisplayFrame frame{3 * u[at] - 2, 2 * u[at + 1] - 1, u[at + 2], 6 * u[at + 3],
                               u[at + 4],     u[at + 5],         u[at + 6]};
      const auto ours = draw(*device, spec, frame), expected = draw(*cpu, spec, frame);
      // The orbits are the same; some thirty roundings of a colour are below 1e-5, so that a byte is another only where
      // 255 times the colour lies that close to its next half.
      for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_LE(std::abs(ours[i] - expected[i]), 1) << i;
    }
}

TEST_P(DeviceDisplay, InsideAndOutsideAndTheCriticalPoint) {
  const DisplaySpec spec{9, 9, 1};
  const DisplayFrame frames[] = {{.c_re = 0, .c_im = 0},                        // |z| = 1 is the Julia set
                                 {.c_re = -0.1f, .c_im = 0.1f, .log_zoom = 3},  // all inside, soon in the trap
                                 {.c_re = 2, .c_im = 2, .log_zoom = -5},        // all outside
                                 {.c_re = 0.25f, .c_im = 0.5f, .brightness = 1}};
  for (const DisplayFrame& frame : frames) {
    const auto ours = draw(*device, spec, frame), expected = draw(*cpu, spec, frame);
    for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_LE(std::abs(ours[i] - expected[i]), 1) << i;
  }
}

// The orbits are the same; elementary functions differ in their last digits. Where a look cuts its ground into rings,
// sheets and panes a pixel on a cut may fall to either side: few bytes are apart by more than two.
TEST_P(DeviceDisplay, LooksAreTheCpus) {
  const DisplayFrame frames[] = {{.c_re = -0.113f, .c_im = 0.742f, .log_zoom = 0.26f, .phi = 0.4f, .life = 3},
                                 {.c_re = -0.3f, .c_im = 0.35f, .hue = 0.1f, .brightness = 0.8f},
                                 {.c_re = 0.35f, .c_im = 0.42f, .log_zoom = -0.2f, .phi = 2}};
  for (int look = 1; look <= static_cast<int>(Look::nacre); ++look) {
    SCOPED_TRACE(kLookNames[look]);
    std::size_t bytes = 0, others = 0;
    for (const DisplayFrame& frame : frames)
      for (DisplaySpec spec :
           {DisplaySpec{1, 1, 1}, DisplaySpec{5, 3, 2}, DisplaySpec{40, 17, 2}, DisplaySpec{33, 30, 1}}) {
        spec.look = static_cast<Look>(look);
        const auto ours = draw(*device, spec, frame), expected = draw(*cpu, spec, frame);
        for (std::size_t i = 0; i < expected.size(); ++i) others += std::abs(ours[i] - expected[i]) > 2;
        bytes += expected.size();
      }
    EXPECT_LE(others, bytes / 100);
  }
}

TEST_P(DeviceDisplay, WrongShapesAreRefused) {
  Array<std::uint8_t> picture(*device, 27);
  EXPECT_THROW(device->display({3, 4, 1}, {}, picture.view()), CheckFailure);
  EXPECT_THROW(device->display({3, 3, 0}, {}, picture.view()), CheckFailure);
  EXPECT_THROW(device->display({3, 3, 1}, {.c_re = NAN}, picture.view()), CheckFailure);
}

INSTANTIATE_TEST_SUITE_P(Seeds, DeviceDisplay, testing::ValuesIn(device_seeds()));

}  // namespace
}  // namespace fractalsync::test
