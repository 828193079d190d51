// The Julia stages: images, metrics with Jacobians, connectedness, escape-time images. A frame is one task; metrics
// take a few consecutive frames per task, so that a frame and the one before it are still in the cache together.
#include "math/julia.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "cpu/cpu_backend.h"
#include "stages/visual.h"

namespace fractalsync::cpu {
namespace {

/// Consecutive frames of a sequence per task of julia_metrics.
constexpr int kChunkFrames = 8;

void check_spec(const JuliaSpec& spec) {
  FS_CHECK(spec.side >= 4 && spec.side % 2 == 0);
  FS_CHECK(spec.max_iterations >= 1);
  FS_CHECK(spec.image == JuliaImage::V || spec.max_iterations <= 90);
  FS_CHECK(spec.bailout >= 2 && spec.half_width > 0 && spec.fade_pixels > 0);
  FS_CHECK(spec.potential_level >= 0 && spec.potential_level <= 30);
}

math::JuliaView<float> view_of(const JuliaSpec& spec, const float* drawn) {
  return math::julia_view<float>(spec, drawn[kDrawnReal], drawn[kDrawnImag], drawn[kDrawnLogZoom], drawn[kDrawnPhi]);
}

/// Completes an image of which the upper half is known.
void mirror(float* image, int side) {
  float* middle = image + std::int64_t{side} * side / 2;
  std::reverse_copy(image, middle, middle);
}

MetricRow<float> row_of(const FrameMetrics& out, std::int64_t frame) {
  return {out.values.row(frame), out.jacobian.row(frame), out.previous_jacobian.row(frame)};
}

}  // namespace

void CpuBackend::julia_images(const JuliaSpec& spec, Matrix<const float> drawn, Matrix<float> images,
                              Matrix<float> tangents) {
  check_spec(spec);
  const std::int64_t pixels = std::int64_t{spec.side} * spec.side;
  FS_CHECK_EQ(drawn.cols(), kDrawnColumns);
  FS_CHECK_EQ(images.rows(), drawn.rows());
  FS_CHECK_EQ(images.cols(), pixels);
  if (!tangents.empty()) {
    FS_CHECK_EQ(tangents.rows(), drawn.rows());
    FS_CHECK_EQ(tangents.cols(), kTangents * pixels);
  }
  for (int worker = 0; worker < pool_.size(); ++worker) worker_scratch(worker).floats(orbit_size(spec.max_iterations));
  pool_.run(drawn.rows(), [&](std::int64_t frame, int worker) {
    float* orbit = worker_scratch(worker).floats(orbit_size(spec.max_iterations));
    const ImagePlanes<float> planes = {images.row(frame), tangents.empty() ? nullptr : tangents.row(frame), spec.side,
                                       pixels};
    kernels_.julia->render_image(spec, view_of(spec, drawn.row(frame)), planes, orbit);
    mirror(planes.intensity, spec.side);
    for (int d = 0; !tangents.empty() && d < kTangents; ++d) mirror(planes.tangents + d * pixels, spec.side);
  });
}

void CpuBackend::julia_metrics(const JuliaSpec& julia, const MetricsSpec& metrics, int length,
                               Matrix<const float> drawn, const FrameMetrics& out) {
  check_spec(julia);
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

  const math::MetricConstants<float> constants(metrics);
  const HalfShape shape(julia.side);
  const std::int64_t chunks = (length + kChunkFrames - 1) / kChunkFrames, sequences = drawn.rows() / length;
  // The first and the last image of every chunk stay until the changes between chunks are taken; those in between
  // take turns in two places of the worker's.
  float* borders = scratch_.floats(2 * sequences * chunks * shape.frame());
  const auto border = [&](std::int64_t chunk, int last) {
    return shape.planes(borders + (2 * chunk + last) * shape.frame());
  };
  const std::int64_t worker_floats = orbit_size(julia.max_iterations) + metric_scratch(shape) + 2 * shape.frame();
  for (int worker = 0; worker < pool_.size(); ++worker) worker_scratch(worker).floats(worker_floats);

  pool_.run(sequences * chunks, [&](std::int64_t chunk, int worker) {
    float* orbit = worker_scratch(worker).floats(worker_floats);
    float* scratch = orbit + orbit_size(julia.max_iterations);
    float* between = scratch + metric_scratch(shape);
    const std::int64_t sequence = chunk / chunks;
    const std::int64_t first = sequence * length + chunk % chunks * kChunkFrames;
    const std::int64_t last = std::min(first + kChunkFrames, (sequence + 1) * length) - 1;
    ImagePlanes<float> before{};
    for (std::int64_t frame = first; frame <= last; ++frame) {
      const ImagePlanes<float> now = frame == first  ? border(chunk, 0)
                                     : frame == last ? border(chunk, 1)
                                                     : shape.planes(between + frame % 2 * shape.frame());
      // The columns behind the side, which no tile writes.
      if (shape.width > shape.side) std::fill_n(now.intensity, shape.frame(), 0.0f);
      kernels_.julia->render_image(julia, view_of(julia, drawn.row(frame)), now, orbit);
      kernels_.julia->frame_metrics(constants, shape, now, scratch, row_of(out, frame));
      if (frame > first) kernels_.julia->frame_change(constants, shape, now, before, scratch, row_of(out, frame));
      before = now;
    }
  });
  pool_.run(sequences * chunks, [&](std::int64_t chunk, int worker) {
    const std::int64_t frame = chunk / chunks * length + chunk % chunks * kChunkFrames;
    if (chunk % chunks == 0) {
      out.values(frame, kTemporalChange) = 0;
      std::fill_n(out.jacobian.row(frame) + kTemporalChange * kTangents, kTangents, 0.0f);
      std::fill_n(out.previous_jacobian.row(frame), kTangents, 0.0f);
    } else {
      // Every chunk but a sequence's last is full, and has an image of its own for its end.
      kernels_.julia->frame_change(constants, shape, border(chunk, 0), border(chunk - 1, 1),
                                   worker_scratch(worker).floats(worker_floats), row_of(out, frame));
    }
  });
}

void CpuBackend::connectedness(const ConnectednessSpec& spec, Matrix<const float> drawn, View<float> chi,
                               Matrix<float> gradient) {
  FS_CHECK(spec.max_iterations >= 1 && spec.bailout >= 2 && spec.level >= 0 && spec.level <= 30);
  FS_CHECK_EQ(drawn.cols(), kDrawnColumns);
  FS_CHECK_EQ(chi.size(), drawn.rows());
  FS_CHECK_EQ(gradient.rows(), drawn.rows());
  FS_CHECK_EQ(gradient.cols(), 2);
  constexpr std::int64_t kFrames = 64;
  pool_.run((drawn.rows() + kFrames - 1) / kFrames, [&](std::int64_t task, int) {
    const std::int64_t first = task * kFrames, count = std::min(kFrames, drawn.rows() - first);
    kernels_.julia->connect_frames(spec, drawn.row(first), drawn.stride(), count, chi.data() + first,
                                   gradient.row(first), gradient.stride());
  });
}

void CpuBackend::escape_time_images(const EscapeTimeSpec& spec, Matrix<const double> params,
                                    Matrix<std::uint8_t> images) {
  FS_CHECK(spec.side >= 2 && spec.max_iterations >= 1);
  FS_CHECK_EQ(params.cols(), 4);
  FS_CHECK_EQ(images.rows(), params.rows());
  FS_CHECK_EQ(images.cols(), std::int64_t{spec.side} * spec.side);
  std::vector<std::uint8_t> shade(static_cast<std::size_t>(spec.max_iterations) + 1);
  for (std::size_t n = 0; n < shade.size(); ++n)
    shade[n] = static_cast<std::uint8_t>(255 * n / static_cast<std::size_t>(spec.max_iterations));
  pool_.run(params.rows(), [&](std::int64_t frame, int) {
    const double* p = params.row(frame);
    const double reach = 2 / p[2];
    kernels_.julia->escape_time_image(spec,
                                      {p[0], p[1], reach, 2 * reach / (spec.side - 1), std::cos(p[3]), std::sin(p[3])},
                                      shade.data(), images.row(frame));
  });
}

}  // namespace fractalsync::cpu
