#include "host/report/pictures.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "host/picture/render.h"
#include "host/report/html.h"
#include "stages/features.h"

namespace fractalsync::report {
namespace {

constexpr DisplaySpec kPicture{.width = 240, .height = 180};
constexpr std::size_t kPicturesInARow = 4;
constexpr std::int64_t kSecond = kSampleRate / kHop;  // frames

struct Passage {
  const char* title;
  Target target;
  double sign;  ///< 1: where the feature is largest
};
constexpr Passage kPassages[] = {{"Quiet: least loudness (rms)", kTargetRms, -1},
                                 {"Loud: most loudness (rms)", kTargetRms, 1},
                                 {"Dark: lowest spectral centroid", kTargetCentroid, -1},
                                 {"Bright: highest spectral centroid", kTargetCentroid, 1}};

/// The mean over a second around each frame, or what of it lies within the series.
std::vector<double> smoothed(const std::vector<double>& series) {
  std::vector<double> sums(series.size() + 1);
  std::partial_sum(series.begin(), series.end(), sums.begin() + 1);
  const auto size = static_cast<std::int64_t>(series.size());
  std::vector<double> means;
  for (std::int64_t t = 0; t < size; ++t) {
    const std::int64_t first = std::max<std::int64_t>(0, t - kSecond / 2), end = std::min(size, t + kSecond / 2 + 1);
    means.push_back((sums[static_cast<std::size_t>(end)] - sums[static_cast<std::size_t>(first)]) /
                    static_cast<double>(end - first));
  }
  return means;
}

/// The frames where the smoothed feature is most extreme, a good way apart, in order of time.
std::vector<std::int64_t> extremes(const std::vector<double>& feature, double sign) {
  const std::vector<double> smooth = smoothed(feature);
  const auto size = static_cast<std::int64_t>(smooth.size());
  const std::int64_t apart = std::max(kSecond, size / static_cast<std::int64_t>(4 * kPicturesInARow));
  std::vector<std::int64_t> order(smooth.size()), chosen;
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return sign * smooth[static_cast<std::size_t>(a)] > sign * smooth[static_cast<std::size_t>(b)];
  });
  for (const std::int64_t frame : order) {
    if (chosen.size() == kPicturesInARow) break;
    if (std::all_of(chosen.begin(), chosen.end(), [&](std::int64_t other) { return std::abs(frame - other) >= apart; }))
      chosen.push_back(frame);
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

/// `time` as minutes() writes it.
std::string timed_picture(Backend& backend, const DisplayFrame& frame, const std::string& time) {
  return "<div><img alt=\"the picture at " + time + "\" width=\"" + std::to_string(kPicture.width) + "\" height=\"" +
         std::to_string(kPicture.height) + "\" src=\"" + data_uri(render_still(backend, kPicture, frame)) +
         "\"/><span>" + time + "</span></div>";
}

}  // namespace

std::string passages(Backend& backend, const TrackSeries& series, double first_second) {
  std::string html;
  for (const Passage& passage : kPassages) {
    html +=
        "<figure class=\"passage\"><figcaption>" + std::string(passage.title) + "</figcaption><div class=\"sheet\">";
    for (const std::int64_t frame : extremes(series.heard[passage.target], passage.sign)) {
      const std::string time = minutes(first_second + static_cast<double>(frame * kHop) / kSampleRate);
      html += timed_picture(backend, series.playback.display_frame(frame), time);
    }
    html += "</div></figure>\n";
  }
  return html;
}

}  // namespace fractalsync::report
