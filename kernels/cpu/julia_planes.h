// How the Julia kernels lay out a frame in memory, for those who call them and for the kernels themselves.
#pragma once

#include <cstdint>

#include "stages/julia.h"

namespace fractalsync::cpu {

/// Where an image and, unless `tangents` is null, its four tangent images go: row j of the upper half at
/// intensity + j * stride, tangent d at tangents + d * plane. Rows up to max(side / 2, 4) are written.
template <class T>
struct ImagePlanes {
  T* intensity;
  T* tangents;
  std::int64_t stride, plane;
};

/// Where a frame's metrics go: 6, 6 * 4 and 4 numbers.
template <class T>
struct MetricRow {
  T* values;
  T* jacobian;
  T* previous_jacobian;
};

/// Rows that are kept of a plane between two stencils.
inline constexpr int kRecentRows = 4;

/// Sizes of the upper half of an image in scratch, rows padded with zeros to whole groups of lanes.
struct HalfShape {
  int side, rows, width;

  explicit constexpr HalfShape(int image_side)
      : side(image_side), rows(image_side / 2), width((image_side + 15) / 16 * 16) {}
  /// Elements of one plane; a tile of four rows fits even where there are fewer.
  constexpr std::int64_t plane() const { return std::int64_t{rows < 4 ? 4 : rows} * width; }
  /// Elements of a frame: the intensity and its tangents.
  constexpr std::int64_t frame() const { return (1 + kTangents) * plane(); }
  /// Elements of the latest rows of a plane, with a group of columns on both sides.
  constexpr std::int64_t recent_rows() const { return std::int64_t{kRecentRows} * (width + 32); }

  template <class T>
  constexpr ImagePlanes<T> planes(T* frame_start) const {
    return {frame_start, frame_start + plane(), width, plane()};
  }
};

/// Tiles of pixels that an instruction set keeps in flight, at most.
inline constexpr int kMostTilesInFlight = 2;

/// Steps from one look for pixels that will never escape (math/trap.h) to the next.
inline constexpr int kTrapSteps = 8;

/// Elements of scratch for the orbits of the tiles in flight.
constexpr std::int64_t orbit_size(int max_iterations) {
  return std::int64_t{max_iterations} * kMostTilesInFlight * 2 * 16;
}

/// Elements of scratch for a frame's metrics: the planes between stencils and the adjoint images.
constexpr std::int64_t metric_scratch(const HalfShape& shape) { return 14 * shape.recent_rows() + 4 * shape.plane(); }

}  // namespace fractalsync::cpu
