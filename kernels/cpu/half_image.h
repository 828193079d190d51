// Row-wise access to the upper half of a point-symmetric image, sixteen columns at a time.
//
// The lower half is the upper one turned by 180 degrees, up to a sign: what lies below the last row is that row
// reversed. Sums over the whole image are twice those over the half.
#pragma once

#include <cstdint>

#include "cpu/julia_planes.h"
#include "cpu/lanes.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {

/// The latest four rows of a plane, with room for a stencil's border on both sides.
template <class T>
struct RecentRows {
  T* first;
  std::int64_t stride;

  FS_LANES T* row(int j) const { return first + (j & (kRecentRows - 1)) * stride + kLanes; }
};

/// to = from reversed, times `sign`; reads up to a group of lanes before `from`.
template <class T>
FS_LANES void copy_reversed(const T* from, T* to, int side, T sign) {
  for (int i = 0; i < side; i += kLanes) store(to + i, fill(sign) * reverse(load(from + side - kLanes - i)));
}

/// Columns -1 and `side` of a row: the border repeated, times `sign`.
template <class T>
FS_LANES void close_columns(const RecentRows<T>& plane, const HalfShape& shape, int j, T sign) {
  T* row = plane.row(j);
  row[-1] = sign * row[0];
  row[shape.side] = sign * row[shape.side - 1];
}

/// After the first row: row -1, the same times `sign`. After the last: row `rows`, the turned image's, whose values are
/// `sign` times these.
template <class T>
FS_LANES void close_rows(const RecentRows<T>& plane, const HalfShape& shape, int j, T sign) {
  if (j == 0)
    for (int i = 0; i < shape.width; i += kLanes) store(plane.row(-1) + i, fill(sign) * load(plane.row(0) + i));
  if (j == shape.rows - 1) copy_reversed(plane.row(j), plane.row(shape.rows), shape.side, sign);
}

/// Calls body(column) for every group of sixteen columns.
template <class Body>
FS_LANES void each_group(const HalfShape& shape, Body body) {
  for (int i = 0; i < shape.width; i += kLanes) body(i);
}

/// A sum over pixels, row by row so that its rounding error grows with the side and not with the area.
template <class T>
struct PixelSum {
  Lanes<T> total = zeros<T>();

  /// Adds value(column) over one row.
  template <class Value>
  FS_LANES void add_row(const HalfShape& shape, Value value) {
    Lanes<T> row = zeros<T>();
    each_group(shape, [&](int i) { row = row + value(i); });
    total = total + row;
  }
  /// Over both halves.
  FS_LANES T of_image() const { return T(2) * sum(total); }
};

/// Zero in the padding behind column `side`.
template <bool kPadded, class T>
FS_LANES Lanes<T> within(const HalfShape& shape, int column, Lanes<T> v) {
  if constexpr (kPadded) return keep(iota(static_cast<T>(column)) < fill(static_cast<T>(shape.side)), v);
  return v;
}

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
