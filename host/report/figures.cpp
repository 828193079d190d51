#include "host/report/figures.h"

#include <algorithm>

#include "host/report/html.h"
#include "host/report/plot.h"
#include "stages/features.h"

namespace fractalsync::report {
namespace {

constexpr double kFramesPerSecond = static_cast<double>(kSampleRate) / kHop;
constexpr std::int64_t kPlottedFrames = 20 * kSampleRate / kHop;
constexpr std::int64_t kDots = 500;
constexpr Range kReach{-3.5, 3.5};  // standard deviations

}  // namespace

std::string pair_figures(const TrackEvaluation& track, const TrackSeries& series, double first_second) {
  std::string html;
  for (int p = 0; p < kPairs; ++p) {
    const PairSeries pair = pair_series(series, series.hard, static_cast<Pair>(p));
    const std::int64_t count = std::min(kPlottedFrames, pair.heard.size()), first = (pair.heard.size() - count) / 2;
    const auto excerpt = [&](const char* style, View<const double> whole) {
      const std::vector<double> scores = standard_scores(whole);
      Curve curve{style, {}, {scores.begin() + first, scores.begin() + first + count}};
      // A pair's series begin with the second frame.
      for (std::int64_t t = first; t < first + count; ++t)
        curve.x.push_back(first_second + static_cast<double>(t + 1) / kFramesPerSecond);
      return curve;
    };
    const std::vector<Curve> curves = {excerpt("heard", pair.heard), excerpt("seen", pair.seen)};
    const PairWords& words = kPairWords[p];
    const std::string what = std::string(words.heard) + " and " + words.seen;
    html += "<figure class=\"pair\"><figcaption><span class=\"key heard\">" + std::string(words.heard) +
            "</span> <span class=\"key seen\">" + words.seen + "</span> <span class=\"r\">hard " +
            data(track.hard.pair[p], 2) + " · soft " + data(track.soft.pair[p], 2) + "</span></figcaption>";
    if (count > 1) {
      const Range time{curves[0].x.front(), curves[0].x.back()};
      html += "<div class=\"both\"><div>" + line_plot(what + " over time", curves, time, kReach) +
              "<p class=\"axis\"><span>" + minutes(time.low) + "</span><span>" + minutes(time.high) +
              "</span></p></div><div>" + scatter_plot(what + " against each other", pair.heard, pair.seen, kDots) +
              "<p class=\"axis\"><span>heard →</span><span>seen ↑</span></p></div></div>";
    }
    html += "</figure>\n";
  }
  return html;
}

}  // namespace fractalsync::report
