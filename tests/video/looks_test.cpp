// The app's looks against pictures of a browser: those of its own tests (apps/web/tests/e2e/picture.test.ts).
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "host/picture/png.h"
#include "host/picture/render.h"

namespace fractalsync {
namespace {

/// Pixels in which some colour is apart by more than 2 of 255, as a share of all.
double share_apart(const Image& a, const Image& b) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < a.rgb.size(); i += 3) {
    bool apart = false;
    for (std::size_t k = 0; k < 3; ++k) apart |= std::abs(a.rgb[i + k] - b.rgb[i + k]) > 2;
    count += apart ? 1 : 0;
  }
  return static_cast<double>(count) / (static_cast<double>(a.rgb.size()) / 3);
}

class LookPicture : public testing::TestWithParam<Look> {};

TEST_P(LookPicture, IsTheBrowsers) {
  const std::string name = kLookNames[static_cast<int>(GetParam())];
  const Image browsers = read_png(std::filesystem::path(FRACTALSYNC_BASELINES) / (name + ".png"));
  // What that test draws, at 0, 40 and 80 ms: the backgrounds have lived for 0.08 s (0.5 + speed 0.3).
  const DisplayFrame frame{.c_re = -0.113f,
                           .c_im = 0.742f,
                           .log_zoom = std::log(1.3f),
                           .phi = 0.4f,
                           .hue = 0.55f,
                           .saturation = 0.8f,
                           .brightness = 0.5f,
                           .life = 0.064f};
  const Image ours = render_still(
      *make_cpu_backend(2), {.width = browsers.width, .height = browsers.height, .look = GetParam(), .seed = 7}, frame);
  // apps/web/tests/e2e/native_picture.test.ts says which pixels differ: those on the boundary of the set, which in a
  // picture as small as this are twice as many of all.
  EXPECT_LE(share_apart(ours, browsers), 0.08);
  // The comparison can tell looks apart.
  const Image classic = render_still(*make_cpu_backend(2), {.width = ours.width, .height = ours.height}, frame);
  EXPECT_GT(share_apart(ours, classic), 0.5);
}

INSTANTIATE_TEST_SUITE_P(All, LookPicture,
                         testing::Values(Look::aurora, Look::ink, Look::glass, Look::paper, Look::engraving,
                                         Look::nacre),
                         [](const auto& tested) { return kLookNames[static_cast<int>(tested.param)]; });

}  // namespace
}  // namespace fractalsync
