// The boundary atlas: a chart of places next to the boundary of the Mandelbrot set, where Julia sets are rich. A route
// runs along the boundary, around the main cardioid, through the valley at -3/4 and along the disc of period 2
// (data/make_atlas/route.h). A place is how far along the route, from 0 to 1, and across it an e in [0, 1] in which the
// edges that Canny sees in the picture grow linearly, everywhere alike, from calm shapes inside of the set, over its
// boundary at an e of about .35, to bursts of spirals outside.
//
// c, the zoom at which it is looked at, and `sensitivity`, how much the picture changes by a radian of rotation, are
// tables (bilinear between their nodes), measured once by data/make_atlas. Rows are spaced by how far c goes, as a
// first survey finds it: travel at an even pace is nearly even in the picture.
#pragma once

#include <cmath>

#include "core/annotate.h"
#include "math/number.h"

namespace fractalsync {

inline constexpr int kAtlasRows = 2049, kAtlasColumns = 17;  ///< nodes along the route and in e

/// What a node has.
enum AtlasNode : int { kNodeReal, kNodeImag, kNodeSensitivity, kNodeValues };
inline constexpr int kAtlasNumbers = kAtlasRows * kAtlasColumns * kNodeValues;

struct AtlasTables {
  const float* nodes;     ///< [kAtlasRows, kAtlasColumns, kNodeValues]
  const float* log_zoom;  ///< [kAtlasRows]
};

/// In host memory, and of the same values as those that a GPU has.
AtlasTables atlas_tables();

namespace math {

/// What the atlas has at a place, and how c changes with e: the interpolant's derivative, 0 where e is clamped.
template <class T>
struct AtlasPlace {
  T re, im, log_zoom, sensitivity;
  T re_by_e, im_by_e;
};

template <class T>
FS_FORMULA AtlasPlace<T> atlas_place(const AtlasTables& tables, T along, T e) {
  constexpr T kLastRow = T(kAtlasRows - 1), kLastColumn = T(kAtlasColumns - 1);
  const T u = min(max(along, T(0)), T(1)) * kLastRow, v = min(max(e, T(0)), T(1)) * kLastColumn;
  const T row = min(std::floor(u), kLastRow - T(1)), column = min(std::floor(v), kLastColumn - T(1));
  const T f = u - row, g = v - column;
  const float* const zoom = tables.log_zoom + static_cast<int>(row);
  const float* const node =
      tables.nodes + kNodeValues * (static_cast<int>(row) * kAtlasColumns + static_cast<int>(column));
  T value[kNodeValues], rise[kNodeValues];
  for (int k = 0; k < kNodeValues; ++k) {
    constexpr int kNextRow = kNodeValues * kAtlasColumns;
    const T low = (T(1) - f) * T(node[k]) + f * T(node[k + kNextRow]),
            high = (T(1) - f) * T(node[k + kNodeValues]) + f * T(node[k + kNodeValues + kNextRow]);
    value[k] = (T(1) - g) * low + g * high;
    rise[k] = kLastColumn * (high - low);
  }
  const bool inside = e > T(0) && e < T(1);
  return {value[kNodeReal],
          value[kNodeImag],
          (T(1) - f) * T(zoom[0]) + f * T(zoom[1]),
          value[kNodeSensitivity],
          keep(inside, rise[kNodeReal]),
          keep(inside, rise[kNodeImag])};
}

/// What the hard metrics see in proportion to what training sees (image W, 64 pixels, 100 iterations, fade .1; edge
/// threshold .05, rounding .01), of edges and of the change by a small turn: at e = 0, 1/8 .. 1, linear between,
/// relative to e = 1/2. Soft edges grow by two fifths while Canny's more than double. Measured by data/make_atlas.
enum Calibrated : int { kCalibratedEdges, kCalibratedChange, kCalibrations };
inline constexpr int kCalibrationNodes = 9;
FS_FORMULA double calibration_node(Calibrated metric, int k) {
  constexpr double kNodes[kCalibrations * kCalibrationNodes] = {
#include "math/atlas_calibration.inc"
  };
  return kNodes[metric * kCalibrationNodes + k];
}
template <class T>
FS_FORMULA T calibration(Calibrated metric, T e) {
  const T v = min(max(e, T(0)), T(1)) * T(kCalibrationNodes - 1);
  const T node = min(std::floor(v), T(kCalibrationNodes - 2)), share = v - node;
  const int at = static_cast<int>(node);
  return (T(1) - share) * T(calibration_node(metric, at)) + share * T(calibration_node(metric, at + 1));
}

}  // namespace math
}  // namespace fractalsync
