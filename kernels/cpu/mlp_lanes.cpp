// Matrix products by broadcast tiles (mlp_lanes.h): a tile of C stays in registers while the inner index runs; each
// step loads a few vectors of a row of B and multiplies them by one broadcast number of A per row of C. Nothing is
// packed: A is read where it lies, and a panel of B (2 vectors wide) comes from the second-level cache.
#include "cpu/mlp_lanes.h"

#include "cpu/lanes.h"
#include "math/mlp.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {
namespace {

// Tile shapes that fill the registers: 16 accumulators of 32 with AVX-512, 12 of 16 with AVX2, 8 of 16 with SSE.
constexpr int kParts = Lanes<float>::kParts;
constexpr int kTileRows = kParts == 1 ? 8 : kParts == 2 ? 6 : 2;
constexpr int kTileVectors = kParts == 1 ? 2 : 1;

template <int kVectors>
struct Tile {
  Lanes<float> sum[kTileRows][kVectors];
};

/// tile[r][v] += sum over k in [0, depth) of a[r][k * step] b[k * b_stride + 16 v ...]
template <int kVectors>
FS_LANES void accumulate(Tile<kVectors>& tile, const float* const (&a)[kTileRows], std::int64_t step,
                         std::int64_t depth, const float* b, std::int64_t b_stride) {
  const std::int64_t end = depth * step;
  for (std::int64_t at = 0; at < end; at += step) {
    Lanes<float> right[kVectors];
    _Pragma("GCC unroll 16") for (int v = 0; v < kVectors; ++v) right[v] = load(b + v * kLanes);
    _Pragma("GCC unroll 16") for (int r = 0; r < kTileRows; ++r) {
      const Lanes<float> left = fill(a[r][at]);
      _Pragma("GCC unroll 16") for (int v = 0; v < kVectors; ++v)
          tile.sum[r][v] = mul_add(left, right[v], tile.sum[r][v]);
    }
    b += b_stride;
  }
}

/// A[m][k]: one run along the row. Rows beyond the last repeat it (their results are not stored).
struct LeftByRows {
  template <int kVectors>
  FS_LANES void operator()(const Product& p, std::int64_t row, std::int64_t row_end, const float* b,
                           Tile<kVectors>& tile) const {
    const float* a[kTileRows];
    _Pragma("GCC unroll 16") for (int r = 0; r < kTileRows; ++r) {
      const std::int64_t m = row + r < row_end ? row + r : row_end - 1;
      a[r] = p.a.data + (p.a.starts[m / p.a.length] + m % p.a.length) * p.a.stride;
    }
    accumulate(tile, a, 1, p.depth, b, p.b_stride);
  }
};

/// A[k][m]: down the columns, run by run.
struct LeftByColumns {
  template <int kVectors>
  FS_LANES void operator()(const Product& p, std::int64_t row, std::int64_t row_end, const float* b,
                           Tile<kVectors>& tile) const {
    const std::int64_t* start = p.a.starts;
    for (std::int64_t k = 0; k < p.depth; k += p.a.length) {
      const float* a[kTileRows];
      _Pragma("GCC unroll 16") for (int r = 0; r < kTileRows; ++r) {
        const std::int64_t m = row + r < row_end ? row + r : row_end - 1;
        a[r] = p.a.data + *start * p.a.stride + m;
      }
      accumulate(tile, a, p.a.stride, p.a.length, b + k * p.b_stride, p.b_stride);
      ++start;
    }
  }
};

FS_LANES void store_first(float* to, Lanes<float> v, std::int64_t count) {
  if (count >= kLanes) {
    store(to, v);
    return;
  }
  alignas(64) float lane[kLanes];
  store(lane, v);
  for (std::int64_t i = 0; i < count; ++i) to[i] = lane[i];
}

template <int kVectors, class Left, class Finish>
FS_LANES void column_of_tiles(const Product& p, const Block& block, std::int64_t column, Left left, Finish finish) {
  for (std::int64_t row = block.row_begin; row < block.row_end; row += kTileRows) {
    Tile<kVectors> tile;
    _Pragma("GCC unroll 16") for (int r = 0; r < kTileRows; ++r)
        _Pragma("GCC unroll 16") for (int v = 0; v < kVectors; ++v) tile.sum[r][v] = zeros<float>();
    left(p, row, block.row_end, p.b + column, tile);
    _Pragma("GCC unroll 16") for (int r = 0; r < kTileRows; ++r) {
      if (row + r >= block.row_end) break;
      _Pragma("GCC unroll 16") for (int v = 0; v < kVectors; ++v) {
        const std::int64_t n = column + v * kLanes;
        store_first(p.c + (row + r) * p.c_stride + n, finish(row + r, n, tile.sum[r][v]), p.columns - n);
      }
    }
  }
}

template <class Left, class Finish>
FS_LANES void multiply(const Product& p, const Block& block, Left left, Finish finish) {
  std::int64_t column = block.column_begin;
  for (; block.column_end - column > (kTileVectors - 1) * kLanes; column += kTileVectors * kLanes)
    column_of_tiles<kTileVectors>(p, block, column, left, finish);
  if (column < block.column_end) column_of_tiles<1>(p, block, column, left, finish);
}

void linear(const Product& p, const Block& block, const float* bias, Activation activation) {
  if (activation == Activation::relu)
    multiply(p, block, LeftByRows{}, [bias](std::int64_t, std::int64_t n, Lanes<float> sum) {
      return math::rectified(sum + load(bias + n), zeros<float>());
    });
  else
    multiply(p, block, LeftByRows{},
             [bias](std::int64_t, std::int64_t n, Lanes<float> sum) { return sum + load(bias + n); });
}

void transposed(const Product& p, const Block& block) {
  multiply(p, block, LeftByColumns{}, [](std::int64_t, std::int64_t, Lanes<float> sum) { return sum; });
}

void gated(const Product& p, const Block& block, const Gate& gate) {
  if (gate.outputs == nullptr)
    multiply(p, block, LeftByRows{}, [](std::int64_t, std::int64_t, Lanes<float> sum) { return sum; });
  else
    multiply(p, block, LeftByRows{}, [&gate](std::int64_t m, std::int64_t n, Lanes<float> sum) {
      return math::gated(load(gate.outputs + m * gate.stride + n), sum, fill(gate.scale), zeros<float>());
    });
}

void transpose(const float* from, std::int64_t from_stride, std::int64_t rows, float* to, std::int64_t to_stride) {
  for (std::int64_t r = 0; r < rows; ++r)
    for (int c = 0; c < kLanes; ++c) to[c * to_stride + r] = from[r * from_stride + c];
  for (std::int64_t r = rows; r % kLanes != 0; ++r)
    for (int c = 0; c < kLanes; ++c) to[c * to_stride + r] = 0;
}

}  // namespace

const MlpKernels mlp_kernels = {linear, transposed, gated, transpose};

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
