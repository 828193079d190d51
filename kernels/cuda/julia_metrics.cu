// Metrics of Julia images with their Jacobians: the stage in which a training step spends most of its arithmetic.
//
// A Jacobian entry is the sum over pixels of dm/dI times a tangent. dm/dI needs the image alone, and so does the
// temporal change, which couples a frame with its two neighbours. So there are two passes over the frames:
//
//   half_images_kernel   the images, without tangents            -> intensity and n of every pixel of the upper half
//   metrics_kernel       dm/dI of every metric, on chip; then each escaped pixel's orbit once more, with tangents, each
//                        multiplied by all dm/dI and added up in registers on the spot
//   tile_sums_kernel     adds up tiles, where a half image is more than one
//
// A tangent lives for a few instructions in one thread and is never stored. Blocks of the second pass write different
// entries, also of the derivatives by the frame before (the block of that frame has its tangents): nothing is atomic,
// and a barrier of the whole grid is the end of a kernel.
#include "cuda/cuda_backend.h"
#include "cuda/julia_metrics.cuh"
#include "cuda/warp_sums.cuh"
#include "stages/julia_checks.h"

namespace fractalsync::cuda {
namespace {

/// Of images at a time, so that they stay in the second-level cache and scratch does not grow with a song. 455 frames of
/// 48 x 48: more than a training step has.
constexpr std::int64_t kBatchBytes = std::int64_t{4} << 20;

/// Calls body(row, column) for the tile's pixels, which warps take 8 x 4 at a time.
template <class Body>
__device__ void each_own_pixel(const Tile& tile, Body body) {
  const int lane = static_cast<int>(threadIdx.x % 32);
  const int across = (tile.columns + kWarpColumns - 1) / kWarpColumns;
  const int down = (tile.rows + kWarpRows - 1) / kWarpRows;
  for (int w = static_cast<int>(threadIdx.x / 32); w < across * down; w += kMetricWarps) {
    const int row = w / across * kWarpRows + lane / kWarpColumns;
    const int column = w % across * kWarpColumns + lane % kWarpColumns;
    if (row < tile.rows && column < tile.columns) body(tile.row + row, tile.column + column);
  }
}

/// I of half images, n, and each tile's brightness. A block per tile, a thread per pixel or a few. 8 bytes written per
/// pixel, which stay in the second-level cache; 9 flops a step, 400 in all: arithmetic and divergence bound it. For 256
/// frames of 48 x 48 in 48 steps: 295 k pixels x at most 48 steps x 11 instructions = 0.16 G, 5 us at 33.5 T/s; half of
/// that for pictures as they come. 34 registers; the 40 bytes of stack belong to the sine of angles above 100 000, and
/// one thread of a block. Sums: over a thread's pixels, then one tree over the lanes, then the warps in order.
template <JuliaImage kImage>
__global__ void __launch_bounds__(kMetricThreads)
    half_images_kernel(PixelSpec spec, Tiling tiling, Matrix<const float> drawn, HalfImages out) {
  GPU_SHARED(math::JuliaView<float>, view, [1]);
  GPU_SHARED(Brightness, of_warp, [kMetricWarps]);
  const int tiles = tiling.tiles(), index = static_cast<int>(blockIdx.x % static_cast<unsigned>(tiles));
  const std::int64_t image = blockIdx.x / static_cast<unsigned>(tiles);
  if (threadIdx.x == 0) {
    view[0] = frame_view(spec, drawn, out.first + image);
    if (index == 0) out.views[image] = view[0];
  }
  __syncthreads();

  Brightness mine{0, 0, 1};
  each_own_pixel(tiling.tile(index), [&](int row, int column) {
    OrbitEnd end = find_escape<kImage>(spec, view[0], pixel_start(spec, view[0], row, column));
    const float intensity = pixel_intensity<kImage>(spec, view[0], end);
    const std::int64_t k = image * tiling.half_pixels() + std::int64_t{row} * tiling.side + column;
    out.intensity[k] = intensity;
    out.steps[k] = end.steps;
    mine = {mine.sum + intensity, math::max(mine.top, intensity), math::min(mine.bottom, intensity)};
  });
  for (int distance = 16; distance > 0; distance /= 2) {
    mine.sum += __shfl_xor_sync(kAllLanes, mine.sum, distance);
    mine.top = math::max(mine.top, __shfl_xor_sync(kAllLanes, mine.top, distance));
    mine.bottom = math::min(mine.bottom, __shfl_xor_sync(kAllLanes, mine.bottom, distance));
  }
  if (threadIdx.x % 32 == 0) of_warp[threadIdx.x / 32] = mine;
  __syncthreads();
  if (threadIdx.x != 0) return;
  for (int warp = 1; warp < kMetricWarps; ++warp)
    mine = {mine.sum + of_warp[warp].sum, math::max(mine.top, of_warp[warp].top),
            math::min(mine.bottom, of_warp[warp].bottom)};
  out.brightness[image * tiles + index] = mine;
}

/// Planes of a piece in shared memory: I, three that stencils take turns in, and the uniformity's adjoint.
template <bool kAll>
inline constexpr int kPlanes = kAll ? 5 : 4;

/// All metrics of a frame and their Jacobians (math/metrics.h, math/julia.h). A block per tile of half an image (one,
/// up to 64 x 64 pixels). Its threads first take strips of four pixels through the stencils, then pixels of 8 x 4
/// tiles. Read per pixel: 8 bytes of its own and 8 of its neighbours' in time, from the second-level cache; written: 34
/// numbers a frame. Shared memory: 5.4 KB a plane at 48 x 48, 45 loads and 8 stores a pixel without the strips, 24 and
/// 5 with them. Floor for 256 frames of 48 x 48, V, 48 steps: 295 k pixels, half of them escaped after 20 steps: 33
/// instructions a step and 150 at the ends = 0.12 G, 3.6 us; stencils 0.04 G, 1.2 us. Registers: 74 (V), 80 (Q), 106
/// and 117 with all metrics; no spills. Sums: over a thread's pixels, then the tree of sum_over_lanes, then the warps
/// in order, then the tiles in order. The trick: derivatives come last, when every dm/dI is known, so that no tangent
/// image exists.
template <JuliaImage kImage, bool kAll>
__global__ void __launch_bounds__(kMetricThreads, kAll ? 1 : 2)
    metrics_kernel(PixelSpec spec, math::MetricConstants<float> metrics, Tiling tiling, int length, std::int64_t first,
                   HalfImages images, FrameMetrics out) {
  GPU_SHARED(float, of_warp, [kMetricWarps][kTileSums]);
  GPU_SHARED(float, sums, [kTileSums]);
  GPU_DYNAMIC_SHARED(float, shared);
  const int tiles = tiling.tiles(), index = static_cast<int>(blockIdx.x % static_cast<unsigned>(tiles));
  const std::int64_t frame = first + blockIdx.x / static_cast<unsigned>(tiles), image = frame - images.first;
  const Tile tile = tiling.tile(index);
  const Piece piece(tile, tiling.side);
  const int lane = static_cast<int>(threadIdx.x % 32), warp = static_cast<int>(threadIdx.x / 32);
  const int side = tiling.side, area = piece.rows * piece.columns;
  float* const intensity = shared;
  float* const smooth = intensity + area;  // also mu, and the gradients' transposes joined
  float* const grade_x = smooth + area;    // and in the end the edge density's adjoint
  float* const grade_y = grade_x + area;
  [[maybe_unused]] float* const uniformity = grade_y + area;

  const float* const half = images.intensity + image * tiling.half_pixels();
  for (int r = warp; r < piece.rows; r += kMetricWarps)
    for (int c = lane; c < piece.columns; c += 32) {
      const int row = piece.row + r, column = piece.column + c;
      const bool turned = row >= side / 2;
      intensity[r * piece.columns + c] =
          half[turned ? (side - 1 - row) * side + side - 1 - column : row * side + column];
    }
  __syncthreads();

  float pixel_sums[kPixelSums] = {};
  if constexpr (kAll) {
    pixel_sums[kVariance] = box_piece(piece, tile, intensity, smooth);
    __syncthreads();
    subtract_box(piece, intensity, smooth, uniformity);
    __syncthreads();
  }
  blur_piece(piece, intensity, smooth);
  __syncthreads();
  pixel_sums[kEdges] = grade_edges(piece, tile, metrics.edge_threshold, smooth, grade_x, grade_y);
  __syncthreads();
  join_grades(piece, grade_x, grade_y, smooth);
  __syncthreads();
  blur_piece(piece, smooth, grade_x);
  __syncthreads();

  const Brightness brightness = image_brightness(images, tiles, image);
  const float mean = brightness.sum / (static_cast<float>(side) * static_cast<float>(side));
  const Neighbours neighbours(frame, length);
  const math::JuliaView<float> view = images.views[image];
  float dots[kDots] = {};
  each_own_pixel(tile, [&](int row, int column) {
    const std::int64_t k = std::int64_t{row} * side + column;
    const int at = (row - piece.row) * piece.columns + column - piece.column;
    const int steps = images.steps[image * tiling.half_pixels() + k];
    math::PixelTangent<float> tangent{};
    if (steps != kBounded) tangent = walk_tangent<kImage>(spec, view, pixel_start(spec, view, row, column), steps);

    const float here = intensity[at], deviation = here - mean;
    float weight[kAllAdjoints] = {};
    weight[kEdgeAdjoint] = grade_x[at];
    weight[kMeanAdjoint] = 1;
    weight[kDeviationAdjoint] = deviation;
    pixel_sums[kSquares] += deviation * deviation;
    if (neighbours.before) {
      const auto change = math::rounded_change(here - half[k - tiling.half_pixels()], metrics.change_rounding);
      weight[kChange] = change.slope;
      pixel_sums[kChanges] += change.value;
    }
    if (neighbours.after)
      weight[kNextChange] = math::rounded_change(half[k + tiling.half_pixels()] - here, metrics.change_rounding).slope;
    if constexpr (kAll) {
      weight[kUniformityAdjoint] = uniformity[at];
      weight[kTop] = math::extreme_weight(here - brightness.top, metrics.range_sharpness);
      weight[kBottom] = math::extreme_weight(brightness.bottom - here, metrics.range_sharpness);
      pixel_sums[kTopWeight] += weight[kTop];
      pixel_sums[kBottomWeight] += weight[kBottom];
    }
    if (steps == kBounded) return;
#pragma unroll
    for (int a = 0; a < (kAll ? kAllAdjoints : kTrainingAdjoints); ++a)
#pragma unroll
      for (int d = 0; d < kTangents; ++d)
        dots[a * kTangents + d] = math::mul_add(weight[a], tangent.by[d], dots[a * kTangents + d]);
  });

  of_warp[warp][lane] = sum_over_lanes(dots);
  const float pixel_sum = sum_over_lanes(pixel_sums);
  if (lane < kPixelSums) of_warp[warp][kDots + lane] = pixel_sum;
  __syncthreads();
  if (threadIdx.x < kTileSums) {
    float sum = 0;
    for (int w = 0; w < kMetricWarps; ++w) sum += of_warp[w][threadIdx.x];
    sums[threadIdx.x] = sum;
    if (tiles > 1) images.sums[(image * tiles + index) * kTileSums + threadIdx.x] = sum;
  }
  __syncthreads();
  if (tiles == 1) write_frame<kAll>(metrics, side, frame, length, brightness, sums, out);
}

/// Adds up the tiles of a frame, in order, and writes its row. A block per frame, a thread per sum.
template <bool kAll>
__global__ void __launch_bounds__(kTileSums)
    tile_sums_kernel(math::MetricConstants<float> metrics, Tiling tiling, int length, std::int64_t first,
                     HalfImages images, FrameMetrics out) {
  GPU_SHARED(float, sums, [kTileSums]);
  const std::int64_t frame = first + blockIdx.x, image = frame - images.first;
  float sum = 0;
  for (int tile = 0; tile < tiling.tiles(); ++tile)
    sum += images.sums[(image * tiling.tiles() + tile) * kTileSums + threadIdx.x];
  sums[threadIdx.x] = sum;
  __syncthreads();
  write_frame<kAll>(metrics, tiling.side, frame, length, image_brightness(images, tiling.tiles(), image), sums, out);
}

/// Everything that a call's kernels have in common.
struct Work {
  PixelSpec spec;
  math::MetricConstants<float> metrics;
  Tiling tiling;
  int length;
  Matrix<const float> drawn;
  FrameMetrics out;
  cudaStream_t stream;
};

/// Frames [first, last), whose images and neighbours' are the `count` of `images`.
template <JuliaImage kImage, bool kAll>
void run_batch(const Work& work, std::int64_t first, std::int64_t last, std::int64_t count, const HalfImages& images) {
  const int tiles = work.tiling.tiles();
  launch("half_images", half_images_kernel<kImage>, dim3(static_cast<unsigned>(count * tiles)), kMetricThreads, 0,
         work.stream, work.spec, work.tiling, work.drawn, images);
  const std::size_t shared_bytes = static_cast<std::size_t>(kPlanes<kAll> * work.tiling.area()) * sizeof(float);
  launch("julia_metrics", metrics_kernel<kImage, kAll>, dim3(static_cast<unsigned>((last - first) * tiles)),
         kMetricThreads, shared_bytes, work.stream, work.spec, work.metrics, work.tiling, work.length, first, images,
         work.out);
  if (tiles > 1)
    launch("tile_sums", tile_sums_kernel<kAll>, dim3(static_cast<unsigned>(last - first)), kTileSums, 0, work.stream,
           work.metrics, work.tiling, work.length, first, images, work.out);
}

/// Takes HalfImages of `count` images from a block of memory; with none, counts the bytes.
class Carver {
 public:
  explicit Carver(unsigned char* block) : block_(block) {}
  template <class T>
  T* take(std::int64_t count) {
    T* const here = block_ == nullptr ? nullptr : reinterpret_cast<T*>(block_ + bytes_);
    bytes_ += (static_cast<std::size_t>(count) * sizeof(T) + 255) / 256 * 256;
    return here;
  }
  HalfImages half_images(const Tiling& tiling, std::int64_t first, std::int64_t count) {
    const int tiles = tiling.tiles();
    return {first,
            take<math::JuliaView<float>>(count),
            take<float>(count * tiling.half_pixels()),
            take<int>(count * tiling.half_pixels()),
            take<Brightness>(count * tiles),
            take<float>(tiles > 1 ? count * tiles * kTileSums : 0)};
  }
  std::size_t bytes() const { return bytes_; }

 private:
  unsigned char* block_;
  std::size_t bytes_ = 0;
};

}  // namespace

void CudaBackend::julia_metrics(const JuliaSpec& julia, const MetricsSpec& metrics, int length,
                                Matrix<const float> drawn, const FrameMetrics& out) {
  check_julia_metrics(julia, metrics, length, drawn, out);
  const Work work = {PixelSpec(julia), math::MetricConstants<float>(metrics), Tiling(julia.side), length, drawn, out,
                     stream_};
  const std::int64_t frames = drawn.rows(), image_bytes = 2 * 4 * work.tiling.half_pixels();
  const std::int64_t batch = std::max<std::int64_t>(1, kBatchBytes / image_bytes);
  const bool all = metrics.selection == MetricSelection::all, fade = fades(julia.image);
  const auto run = fade ? (all ? run_batch<JuliaImage::V, true> : run_batch<JuliaImage::V, false>)
                        : (all ? run_batch<JuliaImage::Q, true> : run_batch<JuliaImage::Q, false>);
  for (std::int64_t first = 0; first < frames; first += batch) {
    const std::int64_t last = std::min(first + batch, frames);
    // With the neighbours of the first and the last.
    const std::int64_t first_image = std::max<std::int64_t>(first - 1, 0);
    const std::int64_t images = std::min(last + 1, frames) - first_image;
    Carver sizes(nullptr);
    sizes.half_images(work.tiling, first_image, images);
    Carver memory(static_cast<unsigned char*>(scratch(sizes.bytes())));
    run(work, first, last, images, memory.half_images(work.tiling, first_image, images));
  }
}

}  // namespace fractalsync::cuda
