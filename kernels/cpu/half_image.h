// Row-wise access to the upper half of a point-symmetric image, sixteen columns at a time.
//
// The lower half is the upper one turned by 180 degrees, up to a sign: what lies below the last row is that row
// reversed. Sums over the whole image are twice those over the half.
#pragma once

#include <cstdint>

#include "cpu/julia_planes.h"
#include "cpu/lanes.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {

/// A plane with a row above, a row below and columns to both sides.
template <class T>
struct Bordered {
  T* first;
  std::int64_t stride;

  FS_LANES T* row(int j) const { return first + (j + 1) * stride + kLanes; }
};

template <class T>
FS_LANES void copy_reversed(const T* from, T* to, int side, T sign) {
  for (int i = 0; i < side; i += kLanes) store(to + i, fill(sign) * reverse(load(from + side - kLanes - i)));
}

/// Columns -1 and `side`: the border repeated, times `sign`.
template <class T>
FS_LANES void border_columns(const Bordered<T>& p, const HalfShape& shape, T sign) {
  for (int j = 0; j < shape.rows; ++j) {
    T* row = p.row(j);
    row[-1] = sign * row[0];
    row[shape.side] = sign * row[shape.side - 1];
  }
}

/// Row -1: the first one times `sign`; row `rows`: the turned image's, whose values are `sign` times these.
template <class T>
FS_LANES void border_rows(const Bordered<T>& p, const HalfShape& shape, T sign) {
  for (int i = 0; i < shape.width; i += kLanes) store(p.row(-1) + i, fill(sign) * load(p.row(0) + i));
  copy_reversed(p.row(shape.rows - 1), p.row(shape.rows), shape.side, sign);
}

/// Calls body(row, column) for every group of sixteen columns, and end_of_row() after each row.
template <class Body, class EndOfRow>
FS_LANES void each_group(const HalfShape& shape, Body body, EndOfRow end_of_row) {
  for (int j = 0; j < shape.rows; ++j) {
    for (int i = 0; i < shape.width; i += kLanes) body(j, i);
    end_of_row();
  }
}
template <class Body>
FS_LANES void each_group(const HalfShape& shape, Body body) {
  each_group(shape, body, [] {});
}

/// A sum over pixels, row by row so that its rounding error grows with the side and not with the area.
template <class T>
struct PixelSum {
  Lanes<T> row = zeros<T>(), total = zeros<T>();

  FS_LANES void add(Lanes<T> v) { row = row + v; }
  FS_LANES void end_row() {
    total = total + row;
    row = zeros<T>();
  }
};

/// Zero in the padding behind column `side`.
template <bool kPadded, class T>
FS_LANES Lanes<T> within(const HalfShape& shape, int column, Lanes<T> v) {
  if constexpr (kPadded) return keep(iota(static_cast<T>(column)) < fill(static_cast<T>(shape.side)), v);
  return v;
}

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
