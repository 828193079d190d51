// Entry points of the Julia kernels of one instruction set: one frame, or a few, per call.
#pragma once

#include <cstdint>

#include "cpu/isa.h"
#include "cpu/julia_planes.h"
#include "math/escape_time.h"
#include "math/julia.h"
#include "math/metrics.h"
#include "stages/julia.h"

namespace fractalsync::cpu {

struct JuliaKernels {
  /// The upper half of a frame and, unless planes.tangents is null, its tangents. `orbit`: orbit_size(max_iterations)
  /// floats. Returns how many pixels overflowed (JuliaSpec).
  int (*render_image)(const JuliaSpec& spec, const math::JuliaView<float>& view, const ImagePlanes<float>& planes,
                      float* orbit);

  /// All metrics of a frame but the temporal change. `scratch`: metric_scratch(shape) floats.
  void (*frame_metrics)(const math::MetricConstants<float>& spec, const HalfShape& shape,
                        const ImagePlanes<float>& frame, float* scratch, const MetricRow<float>& out);

  /// The temporal change between a frame and the one before it. `scratch`: shape.plane() floats.
  void (*frame_change)(const math::MetricConstants<float>& spec, const HalfShape& shape,
                       const ImagePlanes<float>& frame, const ImagePlanes<float>& previous, float* scratch,
                       const MetricRow<float>& out);

  /// chi [count] and its gradient (rows of two) for c = drawn[0] + i drawn[1] of each row.
  void (*connect_frames)(const ConnectednessSpec& spec, const float* drawn, std::int64_t stride, std::int64_t count,
                         float* chi, float* gradient, std::int64_t gradient_stride);

  /// A whole image; `shade`: the value of a pixel by its iterations, 0 to max_iterations.
  void (*escape_time_image)(const EscapeTimeSpec& spec, const math::EscapeTimeView& view, const std::uint8_t* shade,
                            std::uint8_t* image);
};

FRACTALSYNC_DECLARE_KERNELS(JuliaKernels, julia_kernels);

}  // namespace fractalsync::cpu
