// The golden images (tests/golden/julia) and the settings they were made with.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "stages/julia.h"
#include "stages/metrics.h"
#include "support/compare.h"

namespace fractalsync::test {

/// Metrics in a row of the golden files: ours and, last, connectedness.
inline constexpr int kGoldenMetrics = kMetrics + 1;

struct JuliaGolden {
  JuliaSpec spec;
  MetricsSpec metrics;
  double edge_threshold;
  ConnectednessSpec connectedness{256, 256, 12};
  std::int64_t frames;
  std::vector<double> drawn;  ///< [frames, 4] with ln zoom
  NpyArray<double> image, values, jacobian, previous_jacobian;
  NpyArray<float> tangent;
};

inline JuliaGolden julia_golden(JuliaImage image) {
  const std::string x = image == JuliaImage::V ? "julia/V_" : "julia/Q_";
  const auto array = [&](const char* name) { return read_npy<double>(golden(x + name + ".npy")); };
  JuliaGolden g{{},
                {},
                image == JuliaImage::V ? 0.15 : 0.10,
                {256, 256, 12},
                0,
                read_npy<double>(golden("julia/params.npy")).values,
                array("image"),
                array("metrics"),
                array("jacobian"),
                array("jacobian_prev"),
                read_npy<float>(golden(x + "tangent.npy"))};
  g.spec.image = image;
  g.spec.side = 32;
  g.spec.max_iterations = image == JuliaImage::V ? 48 : 32;
  g.metrics.selection = MetricSelection::all;
  g.metrics.edge_threshold = static_cast<float>(g.edge_threshold);
  g.frames = g.image.dim(0);
  for (std::size_t row = 0; row < static_cast<std::size_t>(g.frames); ++row)
    g.drawn[4 * row + 2] = std::log(g.drawn[4 * row + 2]);
  return g;
}

}  // namespace fractalsync::test
