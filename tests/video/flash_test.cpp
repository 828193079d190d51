// The flash limiter against an independent count of flashes, against the browser app's (whose answers to one made-up
// sequence are kept), and in pictures.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "host/video/flash_guard.h"
#include "support/compare.h"

namespace fractalsync {
namespace {

using flash_limits::kTiles;
using flash_limits::kTilesX;
constexpr int kFps = 60;

struct Shown {
  std::vector<Tiles> rows;  ///< per frame
  std::vector<double> steps;
};

enum class Light { luminance, red };

/// What is shown when target(seconds, tile) is asked for.
Shown shown(double seconds, const std::function<double(double, std::size_t)>& target, Light light = Light::luminance) {
  FlashLimiter limiter;
  Shown all;
  Tiles now{};
  for (int frame = 0; frame < seconds * kFps; ++frame) {
    Tiles wanted;
    for (std::size_t i = 0; i < kTiles; ++i) wanted[i] = target(static_cast<double>(frame) / kFps, i);
    TileLight picture;
    (light == Light::luminance ? picture.luminance : picture.red) = wanted;
    const double k = limiter.step(picture, frame * 1000.0 / kFps);
    EXPECT_TRUE(k >= 0 && k <= 1);
    for (std::size_t i = 0; i < kTiles; ++i) now[i] += k * (wanted[i] - now[i]);
    all.rows.push_back(now);
    all.steps.push_back(k);
  }
  return all;
}

std::vector<double> column(const Shown& all, std::size_t tile) {
  std::vector<double> series;
  for (const Tiles& row : all.rows) series.push_back(row[tile]);
  return series;
}

/// The most flashes in any second, counted independently of the limiter: pairs of changes by `threshold` or more
/// between local extremes, the darker of which is below `darker`.
int flashes(const std::vector<double>& series, double threshold = 0.1, double darker = 0.8) {
  struct Extreme {
    int at;
    double value;
  };
  std::vector<Extreme> extremes = {{0, series[0]}};
  Extreme best = extremes[0];
  int direction = 0;
  for (int at = 0; at < static_cast<int>(series.size()); ++at) {
    const double value = series[static_cast<std::size_t>(at)];
    if (direction == 0) {
      if (std::abs(value - extremes[0].value) < threshold) continue;
      direction = value > extremes[0].value ? 1 : -1;
      best = {at, value};
    } else if (direction * (value - best.value) > 0) {
      best = {at, value};
    } else if (-direction * (value - best.value) >= threshold) {
      extremes.push_back(best);
      direction = -direction;
      best = {at, value};
    }
  }
  extremes.push_back(best);
  std::vector<int> changes;
  for (std::size_t i = 1; i < extremes.size(); ++i)
    if (std::abs(extremes[i].value - extremes[i - 1].value) >= threshold &&
        std::min(extremes[i].value, extremes[i - 1].value) < darker)
      changes.push_back(extremes[i].at);
  int most = 0;
  for (const int change : changes) {
    int within = 0;
    for (const int other : changes) within += other > change - kFps && other <= change;
    most = std::max(most, within / 2);
  }
  return most;
}

double strobe(double t, double hertz) { return static_cast<int>(std::floor(2 * hertz * t + 1e-9)) % 2; }
bool all_whole(const std::vector<double>& steps) {
  return std::all_of(steps.begin(), steps.end(), [](double k) { return k == 1; });
}

TEST(FlashLimiter, LetsStillPicturesAndSlowOrSmallChangesThrough) {
  EXPECT_TRUE(all_whole(shown(2, [](double, std::size_t) { return 0.3; }).steps));
  EXPECT_TRUE(all_whole(shown(8, [](double t, std::size_t) { return 0.4 + 0.3 * std::sin(t); }).steps));
  EXPECT_TRUE(all_whole(shown(3, [](double t, std::size_t) { return strobe(t, 10) > 0 ? 0.30 : 0.38; }).steps));
  EXPECT_TRUE(all_whole(shown(2, [](double t, std::size_t) { return t < 1 ? 0.1 : 0.7; }).steps));
}

TEST(FlashLimiter, KeepsAStrobeToThreeFlashesASecond) {
  for (const double hertz : {2.5, 4.0, 6.0, 10.0, 15.0, 30.0}) {
    SCOPED_TRACE(hertz);
    std::vector<double> asked;
    for (int frame = 0; frame < 6 * kFps; ++frame) asked.push_back(strobe(static_cast<double>(frame) / kFps, hertz));
    if (hertz > 4) {
      EXPECT_GT(flashes(asked), 3);
    }
    EXPECT_LE(flashes(column(shown(6, [&](double t, std::size_t) { return strobe(t, hertz); }), 0)), 3);
  }
  const auto red = shown(
      6, [](double t, std::size_t) { return 0.5 * strobe(t, 10); }, Light::red);
  EXPECT_LE(flashes(column(red, 0), 20.0 / 320, INFINITY), 3);
}

TEST(FlashLimiter, KeepsAStrobeInOneFieldAndLetsASmallSpotBlink) {
  const auto corner =
      shown(4, [](double t, std::size_t i) { return i % kTilesX < 5 && i < 3 * kTilesX ? strobe(t, 8) : 0.0; });
  EXPECT_LE(flashes(column(corner, 0)), 3);
  EXPECT_TRUE(all_whole(shown(4, [](double t, std::size_t i) { return i == 20 ? strobe(t, 8) : 0.0; }).steps));
}

// tests/golden/flash/README.md says how the browser's answers were taken.
TEST(FlashLimiter, AnswersAsTheBrowserAppDoes) {
  std::ifstream file(test::golden("flash/steps.json"));
  const nlohmann::json golden = nlohmann::json::parse(file);
  const auto expected = golden.at("steps").get<std::vector<double>>();
  ASSERT_GE(expected.size(), 300u);
  FlashLimiter limiter;
  // The generator of Park and Miller: the same integers in every language.
  std::int64_t state = 1;
  const auto random = [&] {
    state = state * 48271 % 2147483647;
    return static_cast<double>(state) / 2147483647;
  };
  int held = 0;
  for (std::size_t frame = 0; frame < expected.size(); ++frame) {
    TileLight picture;
    const double all = random(), calm = frame % 200 < 100 ? 1 : 0.1;
    for (std::size_t i = 0; i < kTiles; ++i) {
      picture.luminance[i] = calm * all * random();
      picture.red[i] = 0.2 * calm * random();
    }
    const double step = limiter.step(picture, static_cast<double>(frame) * 20);
    // Sums and products in one order, but for the exponential, whose last bits libraries round as they like: a step is
    // the same to 1e-15, and a choice hangs on that by bad luck only.
    ASSERT_NEAR(step, expected[frame], 1e-12) << frame;
    held += step < 1;
  }
  EXPECT_GT(held, 50);
}

Image grey(std::uint8_t level, int width = 64, int height = 36) {
  Image image(width, height);
  std::fill(image.rgb.begin(), image.rgb.end(), level);
  return image;
}

TEST(FlashGuard, MeasuresLightAsDefined) {
  // sRGB 128 is 0.2158605 in linear light (IEC 61966-2-1).
  for (const double v : tile_light(grey(128)).luminance) EXPECT_NEAR(v, 0.2158605, 1e-6);
  Image red = grey(0, 7, 5);  // fewer pixels than tiles
  for (std::size_t i = 0; i < red.rgb.size(); i += 3) red.rgb[i] = 255;
  const TileLight light = tile_light(red);
  for (const double v : light.red) EXPECT_NEAR(v, 1, 1e-6);
  for (const double v : light.luminance) EXPECT_NEAR(v, 0.2126, 1e-6);
  for (const double v : tile_light(grey(128)).red) EXPECT_EQ(v, 0);
}

TEST(FlashGuard, LeavesCalmPicturesAloneAndStopsAStrobe) {
  FlashGuard guard;
  std::vector<double> asked, seen;
  for (int frame = 0; frame < 4 * kFps; ++frame) {
    const double t = static_cast<double>(frame) / kFps;
    Image image = grey(t < 1 ? static_cast<std::uint8_t>(100 + frame / 4) : strobe(t, 10) > 0 ? 255 : 0);
    const Image before = image;
    asked.push_back(tile_light(image).luminance[0]);
    guard.limit(image, 1000 * t);
    seen.push_back(tile_light(image).luminance[0]);
    if (t < 1) {
      ASSERT_EQ(image.rgb, before.rgb) << frame;
    }
  }
  EXPECT_GT(flashes(asked), 3);
  EXPECT_LE(flashes(seen), 3);
  EXPECT_GT(guard.held_back(), kFps);
  // In the end it is the mean of black and white, give or take what the limiter's own test derives.
  EXPECT_NEAR(seen.back(), 0.5, 0.1);
}

}  // namespace
}  // namespace fractalsync
