// The metric that couples two frames (stages/metrics.h).
#pragma once

#include "cpu/tangent_dot.h"
#include "math/metrics.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {

/// The temporal change between two frames and its derivatives by both frames' parameters.
template <class T>
void frame_change(const math::MetricConstants<T>& spec, const HalfShape& shape, const ImagePlanes<T>& frame,
                  const ImagePlanes<T>& previous, T* scratch, const MetricRow<T>& out) {
  const T pixels = static_cast<T>(shape.side) * static_cast<T>(shape.side);
  const Lanes<T> rounding = fill(spec.change_rounding);
  const T* intensity = frame.intensity;
  const T* before_intensity = previous.intensity;
  PixelSum<T> change;
  for (int j = 0; j < shape.rows; ++j)
    change.add_row(shape, [&](int i) {
      const std::int64_t k = std::int64_t{j} * shape.width + i;
      // Both are 0 in the padding, and so is what they add.
      const auto c = math::rounded_change(load(intensity + k) - load(before_intensity + k), rounding);
      store(scratch + k, c.slope);
      return c.value;
    });
  out.values[kTemporalChange] = change.of_image() / pixels;
  const auto adjoint = [&](int, std::int64_t k) { return load(scratch + k); };
  T now[1][kTangents], before[1][kTangents];
  dot_tangents(shape, frame, adjoint, now);
  dot_tangents(shape, previous, adjoint, before);
  for (int d = 0; d < kTangents; ++d) {
    out.jacobian[kTemporalChange * kTangents + d] = now[0][d] / pixels;
    out.previous_jacobian[d] = -before[0][d] / pixels;
  }
}

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
