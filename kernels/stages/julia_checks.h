// What the Julia stages ask of their arguments, whichever backend computes them. Each throws CheckFailure.
#pragma once

#include <cstdint>

#include "core/view.h"
#include "stages/julia.h"
#include "stages/metrics.h"
#include "stages/visual.h"

namespace fractalsync {

inline void check_julia_spec(const JuliaSpec& spec) {
  FS_CHECK(spec.side >= 4 && spec.side % 2 == 0);
  FS_CHECK(spec.max_iterations >= 1);
  FS_CHECK(fades(spec.image) || spec.max_iterations <= 90);
  FS_CHECK(spec.bailout >= 2 && spec.half_width > 0 && spec.fade_pixels > 0);
  FS_CHECK(spec.potential_level >= 0 && spec.potential_level <= 30);
}

inline void check_julia_images(const JuliaSpec& spec, Matrix<const float> drawn, Matrix<float> images,
                               Matrix<float> tangents) {
  check_julia_spec(spec);
  const std::int64_t pixels = std::int64_t{spec.side} * spec.side;
  FS_CHECK_EQ(drawn.cols(), kDrawnColumns);
  FS_CHECK_EQ(images.rows(), drawn.rows());
  FS_CHECK_EQ(images.cols(), pixels);
  if (!tangents.empty()) {
    FS_CHECK_EQ(tangents.rows(), drawn.rows());
    FS_CHECK_EQ(tangents.cols(), kTangents * pixels);
  }
}

inline void check_julia_metrics(const JuliaSpec& julia, const MetricsSpec& metrics, int length,
                                Matrix<const float> drawn, const FrameMetrics& out) {
  check_julia_spec(julia);
  FS_CHECK(metrics.edge_threshold > 0 && metrics.change_rounding > 0 && metrics.range_sharpness > 0);
  FS_CHECK(length > 0);
  FS_CHECK_EQ(drawn.rows() % length, 0);
  FS_CHECK_EQ(drawn.cols(), kDrawnColumns);
  FS_CHECK_EQ(out.values.rows(), drawn.rows());
  FS_CHECK_EQ(out.values.cols(), kMetrics);
  FS_CHECK_EQ(out.jacobian.rows(), drawn.rows());
  FS_CHECK_EQ(out.jacobian.cols(), kMetrics * kTangents);
  FS_CHECK_EQ(out.previous_jacobian.rows(), drawn.rows());
  FS_CHECK_EQ(out.previous_jacobian.cols(), kTangents);
}

inline void check_connectedness(const ConnectednessSpec& spec, Matrix<const float> drawn, View<float> chi,
                                Matrix<float> gradient) {
  FS_CHECK(spec.max_iterations >= 1 && spec.bailout >= 2 && spec.level >= 0 && spec.level <= 30);
  FS_CHECK_EQ(drawn.cols(), kDrawnColumns);
  FS_CHECK_EQ(chi.size(), drawn.rows());
  FS_CHECK_EQ(gradient.rows(), drawn.rows());
  FS_CHECK_EQ(gradient.cols(), 2);
}

inline void check_escape_time_images(const EscapeTimeSpec& spec, Matrix<const double> params,
                                     Matrix<std::uint8_t> images) {
  FS_CHECK(spec.side >= 2 && spec.max_iterations >= 1);
  FS_CHECK_EQ(params.cols(), 4);
  FS_CHECK_EQ(images.rows(), params.rows());
  FS_CHECK_EQ(images.cols(), std::int64_t{spec.side} * spec.side);
}

}  // namespace fractalsync
