// Plots as inline SVG. They hold no text: the page stretches them to its width, and letters would stretch with them.
#pragma once

#include <string>
#include <vector>

#include "core/view.h"

namespace fractalsync::report {

struct Range {
  double low = 0, high = 1;

  double span() const { return high - low; }
};

/// A line through (x, y); values beyond the plot's ranges are drawn at its rim.
struct Curve {
  std::string style;  ///< class of the page's style sheet
  std::vector<double> x, y;
};

std::string line_plot(const std::string& label, const std::vector<Curve>& curves, Range x, Range y);

/// A dot per frame, at most `most` of them, evenly chosen.
std::string scatter_plot(const std::string& label, View<const double> x, View<const double> y, std::int64_t most);

/// The series in standard deviations from its mean; of a constant series 0.
std::vector<double> standard_scores(View<const double> series);

}  // namespace fractalsync::report
