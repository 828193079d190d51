// The measures of whether pictures are worth watching, of series whose measures are known.
#include "host/evaluate/beauty.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace fractalsync {
namespace {

constexpr double kFramesPerSecond = static_cast<double>(kSampleRate) / kHop;

/// `frames` of a picture that does not move, half grey, without edges.
TrackSeries still(std::int64_t frames) {
  TrackSeries series;
  series.playback = {frames, std::vector<float>(static_cast<std::size_t>(frames * kHeads)),
                     std::vector<float>(static_cast<std::size_t>(frames * kDrawnColumns))};
  const auto size = static_cast<std::size_t>(frames);
  series.hue.assign(size, 0.5);
  series.hard = {std::vector<double>(size), std::vector<double>(size), std::vector<double>(size, 0.5)};
  return series;
}

float& drawn(TrackSeries& series, std::int64_t t, Drawn column) {
  return series.playback.drawn[static_cast<std::size_t>(t * kDrawnColumns + column)];
}

TEST(Beauty, OfAPictureThatDoesNotMove) {
  const Beauty beauty = beauty_of(still(100), Formulation::plain);
  EXPECT_EQ(beauty.measure[kNearEmpty], 0);
  EXPECT_EQ(beauty.measure[kNearFull], 0);
  EXPECT_EQ(beauty.measure[kStructure], 0);
  EXPECT_EQ(beauty.measure[kStep], 0);
  EXPECT_EQ(beauty.measure[kPlaces], 1);
  for (const BeautyMeasure none : {kJourneyShare, kFlickerShape, kFlickerHue, kFlickerRotation})
    EXPECT_FALSE(beauty.measure[none]) << kBeautyDefinitions[none].name;
}

TEST(Beauty, CountsFramesByTheirThresholds) {
  TrackSeries series = still(8);
  series.hard.brightness_mean = {0.05, 0.0999, 0.1, 0.3, 0.6, 0.601, 0.9, 1};
  series.hard.edge_density = {0, 0.02, 0.0201, 0.05, 0.1, 0.1, 0.1, 0.1};
  const Beauty beauty = beauty_of(series, Formulation::plain);
  EXPECT_EQ(beauty.measure[kNearEmpty], 2.0 / 8);
  EXPECT_EQ(beauty.measure[kNearFull], 3.0 / 8);
  EXPECT_EQ(beauty.measure[kStructure], 6.0 / 8);
}

TEST(Beauty, FollowsTheJourneyOfC) {
  TrackSeries series = still(101);
  for (std::int64_t t = 0; t < 101; ++t) {
    // Eighths and halves of them are exact: 12.5 to the right in 100 steps, through squares of side .05.
    drawn(series, t, kDrawnReal) = 0.125f * static_cast<float>(t);
    series.playback.heads[static_cast<std::size_t>(t * kHeads + kJourney)] =
        0.125f + 0.0078125f * static_cast<float>(t);
  }
  const Beauty beauty = beauty_of(series, Formulation::atlas);
  EXPECT_EQ(beauty.measure[kStep], 0.125);
  EXPECT_EQ(beauty.measure[kPlaces], 101);
  EXPECT_EQ(beauty.measure[kJourneyShare], 0.78125);
}

TEST(Beauty, FlickerIsWhatIsFasterThanFiveHertz) {
  constexpr std::int64_t kFrames = 2000;
  for (const double hertz : {1.0, 3.0, 8.0, 20.0}) {
    TrackSeries series = still(kFrames);
    float phi = 0;
    for (std::int64_t t = 0; t < kFrames; ++t) {
      const double wave = std::sin(2 * std::numbers::pi * hertz * static_cast<double>(t) / kFramesPerSecond);
      series.hue[static_cast<std::size_t>(t)] = 0.5 + 0.2 * wave;
      drawn(series, t, kDrawnImag) = static_cast<float>(0.3 + 0.01 * wave);
      // Around and around: the turns count, not where a turn begins anew.
      phi = static_cast<float>(std::fmod(phi + 0.2 + 0.1 * wave, 2 * std::numbers::pi));
      drawn(series, t, kDrawnPhi) = phi;
    }
    const Beauty beauty = beauty_of(series, Formulation::plain);
    // A Hann window's side lobes fall off as the cube of the distance: 100 bins away their power is below 1e-8.
    for (const BeautyMeasure flicker : {kFlickerShape, kFlickerHue, kFlickerRotation})
      EXPECT_NEAR(beauty.measure[flicker].value(), hertz > 5 ? 1 : 0, 1e-6)
          << hertz << " Hz, " << kBeautyDefinitions[flicker].name;
  }
}

}  // namespace
}  // namespace fractalsync
