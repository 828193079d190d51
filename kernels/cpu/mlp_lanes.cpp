// Matrix products by broadcast tiles (mlp_lanes.h): a tile of C stays in registers while the inner index runs; each
// step loads a few vectors of a row of B and multiplies them by one broadcast number of A per row of C. Rows of A are
// read where they lie, and B comes from the second-level cache. Only columns of A are packed first, since each touches
// as many cache lines as there are rows.
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
  _Pragma("GCC unroll 2") for (std::int64_t at = 0; at < end; at += step) {
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

FS_LANES void store_first(float* to, Lanes<float> v, std::int64_t count) {
  if (count >= kLanes) {
    store(to, v);
    return;
  }
  alignas(64) float lane[kLanes];
  store(lane, v);
  for (std::int64_t i = 0; i < count; ++i) to[i] = lane[i];
}

/// One tile of C at (row, column): begins with start(m, n), gets finish(m, n, sum) stored.
template <int kVectors, class Start, class Finish>
FS_LANES void multiply_tile(const Product& p, std::int64_t row, std::int64_t row_end, std::int64_t column,
                            const float* const (&a)[kTileRows], std::int64_t step, std::int64_t depth, const float* b,
                            Start start, Finish finish) {
  Tile<kVectors> tile;
  _Pragma("GCC unroll 16") for (int r = 0; r < kTileRows; ++r)
      _Pragma("GCC unroll 16") for (int v = 0; v < kVectors; ++v)
          tile.sum[r][v] = start(row + r, column + v * kLanes);
  accumulate(tile, a, step, depth, b + column, p.b_stride);
  _Pragma("GCC unroll 16") for (int r = 0; r < kTileRows; ++r) {
    if (row + r >= row_end) break;
    _Pragma("GCC unroll 16") for (int v = 0; v < kVectors; ++v) {
      const std::int64_t n = column + v * kLanes;
      store_first(p.c + (row + r) * p.c_stride + n, finish(row + r, n, tile.sum[r][v]), p.columns - n);
    }
  }
}

/// The tiles of one row of tiles.
template <class Start, class Finish>
FS_LANES void multiply_row(const Product& p, const Block& block, std::int64_t row, const float* const (&a)[kTileRows],
                           std::int64_t step, std::int64_t depth, const float* b, Start start, Finish finish) {
  std::int64_t column = block.column_begin;
  for (; block.column_end - column > (kTileVectors - 1) * kLanes; column += kTileVectors * kLanes)
    multiply_tile<kTileVectors>(p, row, block.row_end, column, a, step, depth, b, start, finish);
  if (column < block.column_end)
    multiply_tile<1>(p, row, block.row_end, column, a, step, depth, b, start, finish);
}

/// C[m][n] = finish(m, n, sum_k A[m][k] B[k][n]). Rows beyond the last repeat it (their results are not stored).
template <class Finish>
FS_LANES void multiply_by_rows(const Product& p, const Block& block, Finish finish) {
  std::int64_t run = block.row_begin / p.a.length, within = block.row_begin % p.a.length;
  for (std::int64_t row = block.row_begin; row < block.row_end; row += kTileRows) {
    const float* a[kTileRows];
    _Pragma("GCC unroll 16") for (int r = 0; r < kTileRows; ++r) {
      if (row + r >= block.row_end) {
        a[r] = a[r - 1];
        continue;
      }
      a[r] = p.a.data + (p.a.starts[run] + within) * p.a.stride;
      if (++within == p.a.length) {
        within = 0;
        ++run;
      }
    }
    multiply_row(p, block, row, a, 1, p.depth, p.b, [](std::int64_t, std::int64_t) { return zeros<float>(); }, finish);
  }
}

void linear(const Product& p, const Block& block, const float* bias, Activation activation) {
  if (activation == Activation::relu)
    multiply_by_rows(p, block, [bias](std::int64_t, std::int64_t n, Lanes<float> sum) {
      return math::rectified(sum + load(bias + n));
    });
  else
    multiply_by_rows(p, block,
                     [bias](std::int64_t, std::int64_t n, Lanes<float> sum) { return sum + load(bias + n); });
}

/// Rows of A that are packed together: 8 KB of the first-level cache.
constexpr std::int64_t kPackedRows = 256;

void transposed(const Product& p, const Block& block) {
  alignas(64) float packed[kPackedRows * kTileRows];
  const float* a[kTileRows];
  _Pragma("GCC unroll 16") for (int r = 0; r < kTileRows; ++r) a[r] = packed + r;
  const auto finish = [](std::int64_t, std::int64_t, Lanes<float> sum) { return sum; };
  for (std::int64_t row = block.row_begin; row < block.row_end; row += kTileRows) {
    const std::int64_t used = block.row_end - row < kTileRows ? block.row_end - row : kTileRows;
    std::int64_t run = 0, within = 0;
    for (std::int64_t k = 0; k < p.depth; k += kPackedRows) {
      const std::int64_t depth = p.depth - k < kPackedRows ? p.depth - k : kPackedRows;
      for (std::int64_t i = 0; i < depth; ++i) {
        const float* from = p.a.data + (p.a.starts[run] + within) * p.a.stride + row;
        float* to = packed + i * kTileRows;
        if (used == kTileRows)
          __builtin_memcpy(to, from, sizeof(float) * kTileRows);
        else
          for (int r = 0; r < kTileRows; ++r) to[r] = r < used ? from[r] : 0;
        if (++within == p.a.length) {
          within = 0;
          ++run;
        }
      }
      const float* b = p.b + k * p.b_stride;
      if (k == 0)
        multiply_row(p, block, row, a, kTileRows, depth, b,
                     [](std::int64_t, std::int64_t) { return zeros<float>(); }, finish);
      else  // go on with the chains where the last rows left them
        multiply_row(p, block, row, a, kTileRows, depth, b,
                     [&p, &block](std::int64_t m, std::int64_t n) {
                       return m < block.row_end ? load(p.c + m * p.c_stride + n) : zeros<float>();
                     },
                     finish);
    }
  }
}

void gated(const Product& p, const Block& block, const Gate& gate) {
  if (gate.outputs == nullptr)
    multiply_by_rows(p, block, [](std::int64_t, std::int64_t, Lanes<float> sum) { return sum; });
  else
    multiply_by_rows(p, block, [&gate](std::int64_t m, std::int64_t n, Lanes<float> sum) {
      return math::gated(load(gate.outputs + m * gate.stride + n), sum, fill(gate.scale));
    });
}

void transpose(const float* from, std::int64_t from_stride, std::int64_t rows, float* to, std::int64_t to_stride) {
  alignas(64) float four_rows[4 * kLanes];
  const std::int64_t padded = (rows + kLanes - 1) / kLanes * kLanes;
  const auto row = [&](std::int64_t r) { return r < rows ? load(from + r * from_stride) : zeros<float>(); };
  for (std::int64_t r = 0; r < padded; r += 4) {
    store_interleaved(four_rows, row(r), row(r + 1), row(r + 2), row(r + 3));
    for (int c = 0; c < kLanes; ++c) __builtin_memcpy(to + c * to_stride + r, four_rows + 4 * c, 4 * sizeof(float));
  }
}

}  // namespace

const MlpKernels mlp_kernels = {linear, transposed, gated, transpose};

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
