// The hard metrics' images, in double and to the byte those of the CPU.
#include <vector>

#include "cuda/cuda_backend.h"
#include "math/escape_time.h"
#include "stages/julia_checks.h"

namespace fractalsync::cuda {
namespace {

constexpr int kThreads = 128;
/// Images at a time: what is kept on the device does not grow with the song.
constexpr std::int64_t kBatchBytes = std::int64_t{64} << 20;

/// Iterations of z^2 + c within |z| <= 2 as a byte (math/escape_time.h). One thread per pixel k of the first half,
/// which also writes pixel P - 1 - k; blocks go through a frame, then through the frames. Per pixel 2 bytes written and
/// up to max_iterations steps of 10 operations in double, of which a processor of the H100 kind does one for two in
/// single: 300 images of 128 x 128 in 100 steps are 2.5 G operations, 0.15 ms. Nothing is added up; no multiplication
/// and addition are fused, as the original's are not.
__global__ void __launch_bounds__(kThreads) escape_time_kernel(EscapeTimeSpec spec, const math::EscapeTimeView* views,
                                                               std::int64_t blocks_per_image, std::uint8_t* images) {
  const std::int64_t frame = blockIdx.x / blocks_per_image, pixels = std::int64_t{spec.side} * spec.side;
  const std::int64_t k = blockIdx.x % blocks_per_image * kThreads + threadIdx.x;
  if (k >= (pixels + 1) / 2) return;
  const math::EscapeTimeView view = views[frame];
  math::EscapeTimeOrbit<double, bool> orbit;
  orbit.start(view, math::escape_time_position(view, k % spec.side, spec.side),
              math::escape_time_position(view, k / spec.side, spec.side));
  for (int step = 0; step < spec.max_iterations && orbit.bounded; ++step) orbit.step(view.c_re, view.c_im);
  const std::uint8_t shade = math::escape_time_shade(static_cast<int>(orbit.iterations), spec.max_iterations);
  std::uint8_t* const image = images + frame * pixels;
  image[k] = shade;
  if (pixels - 1 - k != k) image[pixels - 1 - k] = shade;  // the middle of an odd side mirrors itself
}

}  // namespace

void CudaBackend::escape_time_images(const EscapeTimeSpec& spec, Matrix<const double> params,
                                     Matrix<std::uint8_t> images) {
  check_escape_time_images(spec, params, images);
  const std::int64_t pixels = std::int64_t{spec.side} * spec.side;
  const std::int64_t batch = std::max<std::int64_t>(1, kBatchBytes / pixels);
  const std::int64_t blocks_per_image = ((pixels + 1) / 2 + kThreads - 1) / kThreads;
  for (std::int64_t first = 0; first < params.rows(); first += batch) {
    const std::int64_t count = std::min(batch, params.rows() - first);
    std::vector<math::EscapeTimeView> views;
    for (std::int64_t t = first; t < first + count; ++t) views.push_back(math::escape_time_view(spec, params.row(t)));
    const auto view_bytes = static_cast<std::int64_t>(views.size() * sizeof views[0]);
    auto* const device_views =
        static_cast<math::EscapeTimeView*>(scratch(static_cast<std::size_t>(view_bytes + count * pixels)));
    auto* const device_images = reinterpret_cast<std::uint8_t*>(device_views + count);
    upload_bytes(device_views, views.data(), view_bytes);
    launch("escape_time", escape_time_kernel, dim3(static_cast<unsigned>(count * blocks_per_image)), kThreads, 0,
           stream_, spec, device_views, blocks_per_image, device_images);
    if (images.stride() == pixels)
      download_bytes(images.row(first), device_images, count * pixels);
    else
      for (std::int64_t t = 0; t < count; ++t)
        download_bytes(images.row(first + t), device_images + t * pixels, pixels);
  }
}

}  // namespace fractalsync::cuda
