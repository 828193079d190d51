// The boundary atlas: a chart of places next to the boundary of the Mandelbrot set, where Julia sets are rich. A route
// runs along the boundary, around the main cardioid, through the valley at -3/4 and along the disc of period 2
// (data/make_atlas/route.h). A place is how far along the route, from 0 to 1, and across it an e in [0, 1] in which the
// edges that Canny sees in the picture grow linearly, everywhere alike, from calm shapes inside of the set to bursts of
// spirals beside it.
//
// c, the zoom at which it is looked at, and `sensitivity`, how much the picture changes by a radian of rotation, are
// tables (bilinear between their nodes), measured once by data/make_atlas. Rows are spaced by how far c goes, as a
// first survey finds it: travel at an even pace is nearly even in the picture.
#pragma once

#include <cmath>

#include "core/annotate.h"
#include "math/number.h"

namespace fractalsync {

inline constexpr int kAtlasRows = 513, kAtlasColumns = 17;  ///< nodes along the route and in e

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

/// How many times the hard temporal change of a small turn is the one that training sees (image W, 64 pixels, 100
/// iterations, fade .25, rounding .01), at e = 0, 1/8 .. 1; linear between. Measured by data/make_atlas.
inline constexpr int kChangeNodes = 9;
FS_FORMULA double change_node(int k) {
  constexpr double kNodes[kChangeNodes] = {
#include "math/atlas_change.inc"
  };
  return kNodes[k];
}
template <class T>
FS_FORMULA T change_calibration(T e) {
  const T v = min(max(e, T(0)), T(1)) * T(kChangeNodes - 1);
  const T node = min(std::floor(v), T(kChangeNodes - 2)), share = v - node;
  const int at = static_cast<int>(node);
  return (T(1) - share) * T(change_node(at)) + share * T(change_node(at + 1));
}

}  // namespace math
}  // namespace fractalsync
