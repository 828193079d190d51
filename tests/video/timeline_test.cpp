// Pictures between the frames of a playback, and when each is shown.
#include "host/video/timeline.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "core/check.h"
#include "host/train/music.h"
#include "support/compare.h"
#include "support/random.h"
#include "support/sounds.h"

namespace fractalsync {
namespace {

constexpr double kTurn = 2 * std::numbers::pi;
constexpr double kFps = static_cast<double>(kSampleRate) / kHop;

double apart(double a, double b) { return std::abs(std::remainder(a - b, kTurn)); }

TEST(Between, EndsAtBothEndsAndIsStraight) {
  const DisplayFrame a{
      .c_re = -1, .c_im = 0.5f, .log_zoom = 0.1f, .phi = 0.2f, .hue = 0, .saturation = 1, .brightness = 0.25f};
  const DisplayFrame b{
      .c_re = 1, .c_im = 0.25f, .log_zoom = 0.3f, .phi = 0.6f, .hue = 1, .saturation = 0, .brightness = 0.75f};
  const DisplayFrame first = between(a, b, 0), last = between(a, b, 1), middle = between(a, b, 0.5f);
  EXPECT_EQ(first.c_re, a.c_re);
  EXPECT_EQ(first.phi, a.phi);
  EXPECT_EQ(last.hue, b.hue);
  // Two roundings of numbers below 1.
  EXPECT_NEAR(last.phi, b.phi, 2e-7);
  EXPECT_EQ(middle.c_re, 0);
  EXPECT_EQ(middle.c_im, 0.375f);
  EXPECT_NEAR(middle.log_zoom, 0.2, 1e-7);
  EXPECT_NEAR(middle.phi, 0.4, 1e-7);
  EXPECT_EQ(middle.hue, 0.5f);
  EXPECT_EQ(middle.saturation, 0.5f);
  EXPECT_EQ(middle.brightness, 0.5f);
}

// However the two angles come, the picture turns by at most half a turn, evenly.
TEST(Between, TurnsTheShortWay) {
  constexpr std::uint64_t kSeed = 71;
  SCOPED_TRACE(kSeed);
  const auto u = test::random_floats(kSeed, 2 * 500, 0, 1);
  for (std::size_t i = 0; i < u.size(); i += 2) {
    const DisplayFrame a{.phi = static_cast<float>(kTurn) * u[i]}, b{.phi = static_cast<float>(kTurn) * u[i + 1]};
    const double way = apart(static_cast<double>(a.phi), static_cast<double>(b.phi));
    for (const float share : {0.25f, 0.5f, 0.9f}) {
      const double phi = static_cast<double>(between(a, b, share).phi);
      ASSERT_TRUE(phi >= 0 && phi <= kTurn);
      // An angle of up to a turn as a float: half an ulp is 2.4e-7.
      ASSERT_NEAR(apart(static_cast<double>(a.phi), phi), static_cast<double>(share) * way, 1e-6);
      ASSERT_NEAR(apart(static_cast<double>(b.phi), phi), static_cast<double>(1 - share) * way, 1e-6);
    }
  }
  EXPECT_NEAR(between({.phi = 6.2f}, {.phi = 0.1f}, 0.5f).phi, (6.2 + 0.1 + kTurn) / 2 - kTurn, 1e-6);
}

std::vector<DisplayFrame> counted(std::size_t count) {
  std::vector<DisplayFrame> frames(count);
  for (std::size_t t = 0; t < count; ++t) frames[t].c_re = static_cast<float>(t);
  return frames;
}

TEST(Timeline, ShowsAWindowAtItsMiddle) {
  const Timeline timeline(counted(100), 10);
  EXPECT_EQ(timeline.at(0).c_re, 0);
  EXPECT_EQ(timeline.at(4.5 / kFps).c_re, 0);
  EXPECT_NEAR(timeline.at((4.5 + 20) / kFps).c_re, 20, 1e-5);
  EXPECT_NEAR(timeline.at((4.5 + 20.25) / kFps).c_re, 20.25, 1e-5);
  EXPECT_EQ(timeline.at(1e3).c_re, 99);
  EXPECT_NEAR(timeline.seconds(), 109 / kFps, 1e-9);
  const Timeline single(counted(1), 3);
  EXPECT_EQ(single.at(0).c_re, 0);
  EXPECT_EQ(single.at(9).c_re, 0);
  EXPECT_THROW(Timeline(std::vector<DisplayFrame>(), 10), CheckFailure);
}

// What is seen belongs to what is heard at that moment: a burst of noise in silence, whose loudness, averaged over each
// window as a network follows it, is put into the picture.
TEST(Timeline, ABurstIsSeenWhenItIsHeard) {
  constexpr double kBegin = 2, kEnd = 2.1;
  const test::TemporaryFolder folder;
  std::vector<float> sound = test::random_floats(72, 4 * kSampleRate, -0.5, 0.5);
  for (std::size_t i = 0; i < sound.size(); ++i) {
    const double seconds = static_cast<double>(i) / kSampleRate;
    if (seconds < kBegin || seconds >= kEnd) sound[i] = 0;
  }
  test::write_sound(folder / "burst.wav", test::SoundFormat::wav_float, kSampleRate, 1, sound);
  const WindowSpec window;
  const auto backend = make_cpu_backend(1);
  const TrackFeatures track = load_track(*backend, folder / "burst.wav", window);
  const std::vector<float> raw = track.raw.read();
  std::vector<DisplayFrame> frames;
  for (std::int64_t t = 0; t + window.frames <= track.frames(); ++t) {
    DisplayFrame frame{.brightness = 0};
    for (std::int64_t i = t; i < t + window.frames; ++i)
      frame.brightness += raw[static_cast<std::size_t>(i * kBaseFeatures + kRms)];
    frames.push_back(frame);
  }
  const Timeline timeline(frames, window.frames);
  double light = 0, moment = 0;
  for (int k = 0; k < 4 * 240; ++k) {
    const double seconds = k / 240.0, brightness = static_cast<double>(timeline.at(seconds).brightness);
    light += brightness;
    moment += brightness * seconds;
  }
  // Every smoothing on the way is symmetric in time, but that of frames: their grid of 23 ms moves the centre of what
  // is sampled by no more than half of that.
  EXPECT_NEAR(moment / light, (kBegin + kEnd) / 2, 0.5 / kFps);
}

}  // namespace
}  // namespace fractalsync
