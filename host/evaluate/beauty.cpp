#include "host/evaluate/beauty.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <opencv2/core.hpp>
#include <set>
#include <utility>

#include "stages/atlas.h"

namespace fractalsync {
namespace {

// kBeautyDefinitions says the same to people.
constexpr double kEmptyBelow = 0.1, kFullAbove = 0.6, kStructureAbove = 0.02;
constexpr double kPlaceSide = 0.05;
constexpr double kFlickerAbove = 5;  // Hz

constexpr double kFramesPerSecond = static_cast<double>(kSampleRate) / kHop;

/// Of all frequencies, and of those that flicker.
struct Power {
  double all = 0, above = 0;
};

/// Of a real series with its mean removed, under a Hann window; all 0 for one that is constant or shorter than a
/// second.
Power power(View<const double> series) {
  const auto size = static_cast<int>(series.size());
  if (size < kFramesPerSecond) return {};
  double mean = 0, squares = 0;
  for (int t = 0; t < size; ++t) mean += series[t] / size;
  cv::Mat windowed(1, size, CV_64F), spectrum;
  for (int t = 0; t < size; ++t) {
    const double x = series[t] - mean;
    squares += x * x;
    windowed.at<double>(t) = x * (0.5 - 0.5 * std::cos(2 * std::numbers::pi * t / (size - 1)));
  }
  if (!varies(squares, mean, size)) return {};
  cv::dft(windowed, spectrum, cv::DFT_COMPLEX_OUTPUT);
  Power sum;
  for (int k = 1; k <= size / 2; ++k) {
    const auto& bin = spectrum.at<cv::Vec2d>(k);
    const double squared = bin[0] * bin[0] + bin[1] * bin[1];
    sum.all += squared;
    if (k * kFramesPerSecond / size > kFlickerAbove) sum.above += squared;
  }
  return sum;
}

std::optional<double> share_above(const Power& power) {
  return power.all > 0 ? std::optional(power.above / power.all) : std::nullopt;
}

double share_where(const std::vector<double>& series, const std::function<bool(double)>& holds) {
  return static_cast<double>(std::count_if(series.begin(), series.end(), holds)) / static_cast<double>(series.size());
}

/// A column of what is drawn.
std::vector<double> drawn_series(const Playback& playback, Drawn column) {
  std::vector<double> series;
  for (std::int64_t t = 0; t < playback.frames; ++t) series.push_back(playback.drawn_matrix()(t, column));
  return series;
}

/// Radians from frame to frame; the rotation itself is kept within a turn.
std::vector<double> turns(const std::vector<double>& phi) {
  std::vector<double> steps;
  for (std::size_t t = 1; t < phi.size(); ++t)
    steps.push_back(std::remainder(phi[t] - phi[t - 1], 2 * std::numbers::pi));
  return steps;
}

}  // namespace

const BeautyDefinition kBeautyDefinitions[kBeautyMeasures] = {
    {"near_empty", "near-empty frames", "Share of frames whose mean grey is below 0.1 of white.", 2},
    {"near_full", "near-full frames", "Share of frames whose mean grey is above 0.6 of white.", 2},
    {"structure", "frames with structure", "Share of frames of whose pixels more than 2 % are edges (Canny).", 2},
    {"step", "step of c", "Mean distance in the plane between the c of consecutive frames.", 4},
    {"places", "places", "Squares of side 0.05 of the plane that c visits.", 0},
    {"journey", "journey",
     "Share of the route of the boundary atlas between the two ends that c came to; only of the atlas formulation.", 2},
    {"flicker_shape", "flicker of shape", "Share of the power of c, without its mean, above 5 Hz.", 3},
    {"flicker_hue", "flicker of hue", "Share of the power of the hue, without its mean, above 5 Hz.", 3},
    {"flicker_rotation", "flicker of rotation",
     "Share of the power of the rotation's speed, without its mean, above 5 Hz.", 3},
};

Beauty beauty_of(const TrackSeries& series, Formulation formulation) {
  Beauty beauty;
  if (series.frames() == 0) return beauty;
  auto& measure = beauty.measure;
  const std::vector<double>& grey = series.hard.brightness_mean;
  measure[kNearEmpty] = share_where(grey, [](double mean) { return mean < kEmptyBelow; });
  measure[kNearFull] = share_where(grey, [](double mean) { return mean > kFullAbove; });
  measure[kStructure] = share_where(series.hard.edge_density, [](double share) { return share > kStructureAbove; });

  const std::vector<double> re = drawn_series(series.playback, kDrawnReal),
                            im = drawn_series(series.playback, kDrawnImag);
  std::set<std::pair<int, int>> places;
  double path = 0;
  for (std::size_t t = 0; t < re.size(); ++t) {
    places.insert({static_cast<int>(std::floor(re[t] / kPlaceSide)), static_cast<int>(std::floor(im[t] / kPlaceSide))});
    if (t > 0) path += std::hypot(re[t] - re[t - 1], im[t] - im[t - 1]);
  }
  measure[kPlaces] = static_cast<double>(places.size());
  if (re.size() > 1) measure[kStep] = path / static_cast<double>(re.size() - 1);
  if (formulation == Formulation::atlas) {
    const std::vector<double> along = series.playback.head_series(static_cast<Head>(kJourney));
    const auto [least, most] = std::minmax_element(along.begin(), along.end());
    measure[kJourneyShare] = *most - *least;
  }

  const Power along = power(re), across = power(im);
  measure[kFlickerShape] = share_above({along.all + across.all, along.above + across.above});
  measure[kFlickerHue] = share_above(power(series.hue));
  measure[kFlickerRotation] = share_above(power(turns(drawn_series(series.playback, kDrawnPhi))));
  return beauty;
}

}  // namespace fractalsync
