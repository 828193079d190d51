// Stage 5: image metrics with their Jacobians. They are computed together with the images (the tangent images
// never leave the backend): per frame six numbers and their derivatives by the frame's four drawn parameters, and
// for the temporal change also by those of the frame before.
#pragma once

#include "core/view.h"
#include "stages/julia.h"

namespace fractalsync {

/// Columns of a row of metrics.
enum Metric : int {
  kEdgeDensity,
  kColorUniformity,
  kBrightnessMean,
  kBrightnessStd,
  kBrightnessRange,
  kTemporalChange,
  kMetrics
};

inline constexpr const char* kMetricNames[kMetrics] = {"edge_density",   "color_uniformity",
                                                       "brightness_mean", "brightness_std",
                                                       "brightness_range", "temporal_change"};

/// Which metrics to compute. The losses use four of them; the rest are for reporting (the gradient of
/// colour uniformity is mostly aliasing, that of the brightness range hangs on single pixels) and read 0 with
/// `training`.
enum class MetricSelection { training, all };

struct MetricsSpec {
  MetricSelection selection = MetricSelection::training;
  float edge_threshold = 0.15f;   ///< T, in gradient units per pixel
  float uniformity_gain = 10;     ///< Lambda
  float range_sharpness = 20;     ///< beta
  float change_rounding = 0.02f;  ///< delta
};

/// Everything that is known of a batch of frames. Frame t of a sequence and frame t - 1 share a temporal change;
/// the first frame of each sequence has none (value and derivatives 0).
struct FrameMetrics {
  Matrix<float> values;             ///< [frames, 6]
  Matrix<float> jacobian;           ///< [frames, 6 * 4], metric-major
  Matrix<float> previous_jacobian;  ///< [frames, 4]: d temporal_change_t / d drawn_{t-1}
};

}  // namespace fractalsync
