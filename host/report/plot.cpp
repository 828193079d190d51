#include "host/report/plot.h"

#include <algorithm>
#include <cmath>

#include "host/evaluate/correlation.h"
#include "host/report/html.h"

namespace fractalsync::report {
namespace {

constexpr double kPlotWidth = 1000, kPlotHeight = 200, kSide = 200;  // user units; the page decides the size
constexpr double kScatterReach = 3.5;                                // standard deviations

/// "x y" of a point on a plot.
std::string on_plot(double x, double y, Range across, Range up, double width, double height) {
  const auto share = [](double value, Range range) {
    return (std::clamp(value, range.low, range.high) - range.low) / range.span();
  };
  return decimal(width * share(x, across), 1) + " " + decimal(height * (1 - share(y, up)), 1);
}

std::string svg(const std::string& style, const std::string& label, double width, double height,
                const std::string& content) {
  return "<svg class=\"" + style + "\" role=\"img\" aria-label=\"" + escaped(label) + "\" viewBox=\"0 0 " +
         decimal(width, 0) + " " + decimal(height, 0) + "\" preserveAspectRatio=\"none\">" + content + "</svg>";
}

}  // namespace

std::string line_plot(const std::string& label, const std::vector<Curve>& curves, Range x, Range y) {
  std::string content;
  if (y.low < 0 && y.high > 0) {
    const std::string left = on_plot(x.low, 0, x, y, kPlotWidth, kPlotHeight);
    content += "<path class=\"zero\" d=\"M" + left + "H" + decimal(kPlotWidth, 0) + "\"/>";
  }
  for (const Curve& curve : curves) {
    std::string points;
    for (std::size_t t = 0; t < curve.x.size(); ++t)
      points += (t == 0 ? "" : " ") + on_plot(curve.x[t], curve.y[t], x, y, kPlotWidth, kPlotHeight);
    content += "<polyline class=\"" + curve.style + "\" points=\"" + points + "\"/>";
  }
  return svg("line", label, kPlotWidth, kPlotHeight, content);
}

std::string scatter_plot(const std::string& label, View<const double> x, View<const double> y, std::int64_t most) {
  const std::vector<double> across = standard_scores(x), up = standard_scores(y);
  const Range reach{-kScatterReach, kScatterReach};
  const auto every =
      std::max<std::size_t>(1, (across.size() + static_cast<std::size_t>(most) - 1) / static_cast<std::size_t>(most));
  // Lines of no length with round ends: dots that stay round when the plot is stretched.
  std::string dots;
  for (std::size_t t = 0; t < across.size(); t += every)
    dots += "M" + on_plot(across[t], up[t], reach, reach, kSide, kSide) + "h0";
  return svg("scatter", label, kSide, kSide, "<path d=\"" + dots + "\"/>");
}

std::vector<double> standard_scores(View<const double> series) {
  const auto size = static_cast<double>(series.size());
  double mean = 0, squares = 0;
  for (const double value : series) mean += value / size;
  for (const double value : series) squares += (value - mean) * (value - mean);
  std::vector<double> scores(static_cast<std::size_t>(series.size()));
  if (!varies(squares, mean, series.size())) return scores;
  for (std::int64_t t = 0; t < series.size(); ++t)
    scores[static_cast<std::size_t>(t)] = (series[t] - mean) / std::sqrt(squares / size);
  return scores;
}

}  // namespace fractalsync::report
