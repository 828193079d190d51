// Images and tangents for those who look at them: rendering and tests. Training never stores a tangent (see
// julia_metrics.cu).
#include "cuda/cuda_backend.h"
#include "cuda/julia_pixel.cuh"
#include "stages/julia_checks.h"

namespace fractalsync::cuda {
namespace {

constexpr int kWarpsAcross = 4, kWarpsDown = 2, kThreads = 32 * kWarpsAcross * kWarpsDown;
constexpr int kColumns = kWarpsAcross * kWarpColumns, kRows = kWarpsDown * kWarpRows;

/// I = image V or Q and dI (math/julia.h). One thread per pixel of the upper half, which also writes the pixel's mirror
/// image; a block is a tile of 32 x 8 pixels, and blocks go through the tiles of a frame, then through the frames.
/// Written per pixel: 4 bytes, or 20 with tangents; computed: up to 9 flops a step, or 9 + 33 (V), 9 + 21 (Q). At 48
/// steps that is 20 to 100 flops per byte: bound by arithmetic and by warps that wait for their last pixel. 40
/// registers (V), 34 (Q), no spills. Nothing is added up.
template <JuliaImage kImage>
__global__ void __launch_bounds__(kThreads)
    julia_images_kernel(PixelSpec spec, Matrix<const float> drawn, int tiles_across, int tiles, Matrix<float> images,
                        Matrix<float> tangents) {
  GPU_SHARED(math::JuliaView<float>, view, [1]);
  const std::int64_t frame = blockIdx.x / static_cast<unsigned>(tiles);
  const int tile = static_cast<int>(blockIdx.x % static_cast<unsigned>(tiles));
  // Once per block: its exponential and its sines are in double.
  if (threadIdx.x == 0) view[0] = frame_view(spec, drawn, frame);
  __syncthreads();

  const int lane = static_cast<int>(threadIdx.x % 32), warp = static_cast<int>(threadIdx.x / 32);
  const int row = tile / tiles_across * kRows + warp / kWarpsAcross * kWarpRows + lane / kWarpColumns;
  const int column = tile % tiles_across * kColumns + warp % kWarpsAcross * kWarpColumns + lane % kWarpColumns;
  const int side = spec.julia.side;
  if (row >= side / 2 || column >= side) return;

  const math::Point<float> start = pixel_start(spec, view[0], row, column);
  OrbitEnd end = find_escape<kImage>(spec, view[0], start);
  const float intensity = pixel_intensity<kImage>(spec, view[0], end);
  const std::int64_t pixels = std::int64_t{side} * side, k = std::int64_t{row} * side + column;
  float* const image = images.row(frame);
  image[k] = image[pixels - 1 - k] = intensity;
  if (tangents.empty()) return;
  math::PixelTangent<float> tangent{};
  if (end.steps != kBounded) tangent = walk_tangent<kImage>(spec, view[0], start, end.steps);
  for (int d = 0; d < kTangents; ++d) {
    float* const plane = tangents.row(frame) + d * pixels;
    plane[k] = plane[pixels - 1 - k] = tangent.by[d];
  }
}

}  // namespace

void CudaBackend::julia_images(const JuliaSpec& spec, Matrix<const float> drawn, Matrix<float> images,
                               Matrix<float> tangents) {
  check_julia_images(spec, drawn, images, tangents);
  const int across = (spec.side + kColumns - 1) / kColumns, tiles = across * ((spec.side / 2 + kRows - 1) / kRows);
  const auto kernel =
      fades(spec.image) ? julia_images_kernel<JuliaImage::V> : julia_images_kernel<JuliaImage::Q>;
  launch("julia_images", kernel, dim3(static_cast<unsigned>(drawn.rows() * tiles)), kThreads, 0, stream_,
         PixelSpec(spec), drawn, across, tiles, images, tangents);
}

}  // namespace fractalsync::cuda
