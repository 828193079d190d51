// How the upper half of an image is shared out to blocks, and the stencils of the metrics on one tile.
//
// A block copies its tile with a border of four pixels into shared memory. What lies below the half is the turned
// image, so the border needs no special case there; and the piece so cut out is treated as a small image of its own,
// whose border is repeated as the whole image's is. Where the piece ends within the image that is wrong, but a stencil
// carries the error one pixel inwards only, and there are four of them: the tile itself is right.
#pragma once

#include <algorithm>
#include <cstdint>

#include "cuda/gpu.h"
#include "math/metrics.h"

namespace fractalsync::cuda {

inline constexpr int kHalo = 4;

/// A tile of the upper half.
struct Tile {
  int row, column, rows, columns;
};

/// Half images of up to 64 pixels a side are one tile; larger ones are cut into equal ones.
struct Tiling {
  int side, across, down;
  int tile_rows, tile_columns;

  explicit Tiling(int image_side) : side(image_side) {
    constexpr int kMostRows = 32, kMostColumns = 64;
    const int half = side / 2;
    across = (side + kMostColumns - 1) / kMostColumns;
    down = (half + kMostRows - 1) / kMostRows;
    // Whole tiles of a warp's pixels.
    tile_columns = ((side + across - 1) / across + 7) / 8 * 8;
    tile_rows = ((half + down - 1) / down + 3) / 4 * 4;
    across = (side + tile_columns - 1) / tile_columns;
    down = (half + tile_rows - 1) / tile_rows;
  }
  FS_HOST_DEVICE int tiles() const { return across * down; }
  FS_HOST_DEVICE std::int64_t half_pixels() const { return std::int64_t{side} * (side / 2); }
  /// Pixels of a tile with its border, at most.
  FS_HOST_DEVICE int area() const {
    return std::min(tile_rows + 2 * kHalo, side) * std::min(tile_columns + 2 * kHalo, side);
  }
  FS_HOST_DEVICE Tile tile(int index) const {
    const int row = index / across * tile_rows, column = index % across * tile_columns;
    return {row, column, std::min(tile_rows, side / 2 - row), std::min(tile_columns, side - column)};
  }
};

/// A tile with its border, cut at the image's: `row`, `column` of its first pixel, and its size.
struct Piece {
  int row, column, rows, columns;

  __device__ Piece(const Tile& tile, int side)
      : row(std::max(tile.row - kHalo, 0)),
        column(std::max(tile.column - kHalo, 0)),
        rows(std::min(tile.row + tile.rows + kHalo, side) - row),
        columns(std::min(tile.column + tile.columns + kHalo, side) - column) {}

  /// Is its pixel (r, c) one of the tile's?
  __device__ bool owns(const Tile& tile, int r, int c) const {
    const int tile_row = row + r - tile.row, tile_column = column + c - tile.column;
    return tile_row >= 0 && tile_row < tile.rows && tile_column >= 0 && tile_column < tile.columns;
  }
};

/// Places of three horizontal neighbours, the border repeated. The signs are -1 where a neighbour (or the whole row) is
/// a repeated one, 1 elsewhere: the transpose of a slope takes it with its sign changed.
struct Taps {
  int before, here, after;
  float before_sign, after_sign, row_sign;
};

/// Calls emit(r, c, above, here, below) for every pixel of the piece, the latter being along(taps) of its row and the
/// two next to it, which is thus asked for 1.5 times per pixel and not three times: a thread works down a strip of four
/// pixels. Neighbouring threads have neighbouring columns, and shared memory no conflicts.
template <class Along, class Emit>
__device__ void each_pixel(const Piece& piece, Along along, Emit emit) {
  constexpr int kStrip = 4;
  const int strips = (piece.rows + kStrip - 1) / kStrip;
  for (int item = static_cast<int>(threadIdx.x); item < strips * piece.columns; item += static_cast<int>(blockDim.x)) {
    const int c = item % piece.columns, first = item / piece.columns * kStrip;
    const int last = std::min(first + kStrip, piece.rows);
    const auto row = [&](int r) {
      const int inside = std::min(std::max(r, 0), piece.rows - 1), here = inside * piece.columns + c;
      const bool leftmost = c == 0, rightmost = c == piece.columns - 1;
      return along(Taps{leftmost ? here : here - 1, here, rightmost ? here : here + 1, leftmost ? -1.0f : 1.0f,
                        rightmost ? -1.0f : 1.0f, inside == r ? 1.0f : -1.0f});
    };
    auto above = row(first - 1), here = row(first);
    for (int r = first; r < last; ++r) {
      const auto below = row(r + 1);
      emit(r, c, above, here, below);
      above = here;
      here = below;
    }
  }
}

struct Pair {
  float x, y;
};

/// to = the blurred `from` (the smooth image J of the edge density; and its adjoint, since the blur is its own
/// transpose).
__device__ inline void blur_piece(const Piece& piece, const float* from, float* to) {
  each_pixel(
      piece, [&](const Taps& t) { return math::blur(from[t.before], from[t.here], from[t.after]); },
      [&](int r, int c, float above, float here, float below) {
        to[r * piece.columns + c] = math::blur(above, here, below);
      });
}

/// grade_x, grade_y = d edge density / d (gx, gy) times the number of pixels, from J; returns this thread's sum of the
/// tile's edge shares.
__device__ inline float grade_edges(const Piece& piece, const Tile& tile, float threshold, const float* smooth,
                                    float* grade_x, float* grade_y) {
  float edges = 0;
  each_pixel(
      piece,
      [&](const Taps& t) {
        const float before = smooth[t.before], after = smooth[t.after];
        return Pair{math::slope(before, after), math::blur(before, smooth[t.here], after)};
      },
      [&](int r, int c, Pair above, Pair here, Pair below) {
        const float gx = math::blur(above.x, here.x, below.x), gy = math::slope(above.y, below.y);
        const auto edge = math::edge_share(gx, gy, threshold * threshold);
        grade_x[r * piece.columns + c] = gx * edge.slope;
        grade_y[r * piece.columns + c] = gy * edge.slope;
        if (piece.owns(tile, r, c)) edges += edge.value;
      });
  return edges;
}

/// joined = the transposes of both gradients' stencils, added.
__device__ inline void join_grades(const Piece& piece, const float* grade_x, const float* grade_y, float* joined) {
  each_pixel(
      piece,
      [&](const Taps& t) {
        return Pair{math::slope(t.after_sign * grade_x[t.after], t.before_sign * grade_x[t.before]),
                    t.row_sign * math::blur(grade_y[t.before], grade_y[t.here], grade_y[t.after])};
      },
      [&](int r, int c, Pair above, Pair here, Pair below) {
        joined[r * piece.columns + c] = math::blur(above.x, here.x, below.x) + math::slope(below.y, above.y);
      });
}

/// mu = the 3 x 3 mean of I; returns this thread's sum of I^2 - mu^2 over the tile.
__device__ inline float box_piece(const Piece& piece, const Tile& tile, const float* intensity, float* mu) {
  float variance = 0;
  each_pixel(
      piece, [&](const Taps& t) { return math::box(intensity[t.before], intensity[t.here], intensity[t.after]); },
      [&](int r, int c, float above, float here, float below) {
        const float mean = math::box(above, here, below), i = intensity[r * piece.columns + c];
        mu[r * piece.columns + c] = mean;
        if (piece.owns(tile, r, c)) variance += (i - mean) * (i + mean);
      });
  return variance;
}

/// adjoint = I - the box's transpose of mu.
__device__ inline void subtract_box(const Piece& piece, const float* intensity, const float* mu, float* adjoint) {
  each_pixel(
      piece, [&](const Taps& t) { return math::box(mu[t.before], mu[t.here], mu[t.after]); },
      [&](int r, int c, float above, float here, float below) {
        adjoint[r * piece.columns + c] = intensity[r * piece.columns + c] - math::box(above, here, below);
      });
}

}  // namespace fractalsync::cuda
