// The three matrix products of a Linear layer, a block of the result at a time. Each element is one chain of fused
// multiply-adds over the inner index in ascending order, so that neither the tiling, the instruction set nor who
// computes which block changes a bit.
#pragma once

#include <cstdint>

#include "cpu/isa.h"

namespace fractalsync::cpu {

/// Rows of a left-hand matrix: row r starts at data + (starts[r / length] + r % length) * stride. A batch of windows
/// is read in place that way; an ordinary matrix is a single run that starts at 0.
struct RowRuns {
  const float* data;
  std::int64_t stride;
  const std::int64_t* starts;
  std::int64_t length;
};

/// C [rows, columns] from A and B, with `depth` products per element. B's rows and what else is read per column hold
/// whole vectors of 16; C is written up to `columns` only.
struct Product {
  RowRuns a;
  const float* b;
  std::int64_t b_stride;
  float* c;
  std::int64_t c_stride;
  std::int64_t rows, columns, depth;
};

/// The part of C to compute; column_begin is a multiple of 16.
struct Block {
  std::int64_t row_begin, row_end, column_begin, column_end;
};

enum class Activation { none, relu };

/// What gates a gradient on its way through ReLU and dropout; outputs == nullptr: nothing.
struct Gate {
  const float* outputs;  ///< of the units, [rows, stride]
  std::int64_t stride;
  float scale;
};

struct MlpKernels {
  /// C[m][n] = activation(bias[n] + sum_k A[m][k] B[k][n])
  void (*linear)(const Product&, const Block&, const float* bias, Activation);
  /// C[m][n] = sum_k A[k][m] B[k][n]; A has `depth` rows, of which each `rows` numbers are read
  void (*transposed)(const Product&, const Block&);
  /// C[m][n] = gate(m, n, sum_k A[m][k] B[k][n])
  void (*gated)(const Product&, const Block&, const Gate&);
  /// to[c][r] = from[r][c] for 16 columns c; to's rows are written up to the next multiple of 16, with zeros
  void (*transpose)(const float* from, std::int64_t from_stride, std::int64_t rows, float* to, std::int64_t to_stride);
};

FRACTALSYNC_DECLARE_KERNELS(MlpKernels, mlp_kernels);

}  // namespace fractalsync::cpu
