// The original program's own image metrics, on plain escape-time images: the honest judges of a training that never
// sees them. Edge detection, blurs and components are OpenCV's, as they were there.
#pragma once

#include <cstdint>
#include <vector>

#include "backend.h"

namespace fractalsync {

/// Metrics of one image; grey = value / 255.
struct HardMetrics {
  double edge_density = 0;      ///< share of pixels that Canny(50, 150) sets after a 5 x 5 Gaussian blur
  double color_uniformity = 0;  ///< 1 / (1 + 10 mean of the local variance over 5 x 5)
  double brightness_mean = 0, brightness_std = 0, brightness_range = 0;
  double temporal_change = 0;  ///< mean |grey - previous grey|; 0 for the first image
  double connectedness = 0;    ///< largest 8-connected part of grey > 0.5, its share over (1 + parts / 100)
};

/// Of one image, [side, side] bytes; `previous` may be null.
HardMetrics hard_metrics(const std::uint8_t* image, const std::uint8_t* previous, int side);

/// What correlations and measures need, of a sequence of frames.
struct HardSeries {
  std::vector<double> edge_density, temporal_change, brightness_mean;
};

/// Renders the escape-time images of `drawn` [frames, 4] (host memory: Re c, Im c, ln zoom, phi) and measures them.
HardSeries hard_series(Backend& backend, Matrix<const float> drawn);

}  // namespace fractalsync
