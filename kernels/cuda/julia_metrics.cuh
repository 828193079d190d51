// What the kernels of julia_metrics hand to each other, and how a frame's row is written in the end.
#pragma once

#include <cstdint>

#include "cuda/julia_pixel.cuh"
#include "cuda/metric_tile.cuh"
#include "stages/metrics.h"

namespace fractalsync::cuda {

/// 12 warps: the tiles of 8 x 4 pixels of half an image of 48 x 48 are three for each, its strips of four pixels one
/// for each thread but a few, and two blocks leave 80 registers to a thread (with 18 warps it would be 56, and some
/// spilled).
inline constexpr int kMetricThreads = 384, kMetricWarps = kMetricThreads / 32;

/// Adjoint images; the last three only when all metrics are asked for.
enum Adjoint {
  kEdgeAdjoint,
  kMeanAdjoint,
  kDeviationAdjoint,
  kChange,
  kNextChange,
  kTrainingAdjoints,
  kUniformityAdjoint = kTrainingAdjoints,
  kTop,
  kBottom,
  kAllAdjoints
};
/// Other sums over pixels.
enum PixelSum { kEdges, kSquares, kChanges, kVariance, kTopWeight, kBottomWeight };
/// Sums of a tile: of each adjoint image times each tangent, and the others.
inline constexpr int kDots = 32, kPixelSums = 8, kTileSums = kDots + kPixelSums;
static_assert(kAllAdjoints * kTangents <= kDots);

struct Brightness {
  float sum, top, bottom;
};

/// Scratch of a batch of images, the first of which is frame `first`.
struct HalfImages {
  std::int64_t first;
  math::JuliaView<float>* views;  ///< [images]
  float* intensity;               ///< [images, side / 2, side]
  int* steps;                     ///< the same: n, or kBounded
  Brightness* brightness;         ///< [images, tiles]
  float* sums;                    ///< [images, tiles, kTileSums], unless there is one tile
};

/// Of a whole image, from its tiles, in order.
__device__ inline Brightness image_brightness(const HalfImages& images, int tiles, std::int64_t image) {
  Brightness all{0, 0, 1};
  for (int tile = 0; tile < tiles; ++tile) {
    const Brightness part = images.brightness[image * tiles + tile];
    all.sum += part.sum;
    all.top = math::max(all.top, part.top);
    all.bottom = math::min(all.bottom, part.bottom);
  }
  all.sum *= 2;
  return all;
}

/// Neighbours of a frame in its sequence.
struct Neighbours {
  bool before, after;

  __device__ Neighbours(std::int64_t frame, int length)
      : before(frame % length != 0), after((frame + 1) % length != 0) {}
};

/// A frame's metrics and their Jacobian, and the next frame's derivatives by this one's parameters, from the sums over
/// half the image. Thread d < 4 writes those by parameter d, thread 4 the values.
template <bool kAll>
__device__ void write_frame(const math::MetricConstants<float>& spec, int side, std::int64_t frame, int length,
                            const Brightness& brightness, const float* sums, const FrameMetrics& out) {
  if (threadIdx.x > kTangents) return;
  const float pixels = static_cast<float>(side) * static_cast<float>(side);
  const auto total = [&](PixelSum sum) { return 2 * sums[kDots + sum]; };
  const math::ImageTotals<float> totals = {pixels,
                                           brightness.sum / pixels,
                                           math::floored_deviation(total(kSquares) / pixels),
                                           total(kEdges),
                                           total(kVariance),
                                           brightness.top,
                                           brightness.bottom,
                                           total(kTopWeight),
                                           total(kBottomWeight)};
  if (threadIdx.x == kTangents) {
    math::write_metrics(spec, totals, kAll, out.values.row(frame));
    out.values(frame, kTemporalChange) = total(kChanges) / pixels;
    return;
  }
  const int d = static_cast<int>(threadIdx.x);
  const auto dot = [&](Adjoint adjoint) { return 2 * sums[adjoint * kTangents + d]; };
  math::AdjointDots<float> dots = {dot(kEdgeAdjoint), dot(kMeanAdjoint), dot(kDeviationAdjoint), 0, 0, 0};
  if constexpr (kAll) {
    dots.uniformity = dot(kUniformityAdjoint);
    dots.top = dot(kTop);
    dots.bottom = dot(kBottom);
  }
  float* const jacobian = out.jacobian.row(frame) + d;
  math::write_slopes(spec, totals, kAll, dots, jacobian);
  jacobian[kTemporalChange * kTangents] = dot(kChange) / pixels;
  const Neighbours neighbours(frame, length);
  if (!neighbours.before) out.previous_jacobian(frame, d) = 0;
  if (neighbours.after) out.previous_jacobian(frame + 1, d) = -dot(kNextChange) / pixels;
}

}  // namespace fractalsync::cuda
