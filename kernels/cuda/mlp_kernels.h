// What the network's kernels take, and the functions that launch them. The stage itself is in mlp.cu: it lays out a
// pass over the layers from these.
//
// There are two ways through the layers. A network whose layers all fit on chip (kFusedWidth, kFusedLayers) goes
// through mlp_fused.cu: one kernel forward, one back, a block carrying a few rows from end to end. Any other goes
// through mlp_products.cu, a layer at a time; so does batch norm in training, whose statistics need all rows between
// two layers. Both add up each inner product as one chain of fused multiply-adds over the inner index in ascending
// order, as the CPU does: neither the way, nor the tile size, nor the device shows in a bit of it.
#pragma once

#include <cstdint>

#include "cuda/gpu.h"
#include "math/mlp.h"
#include "stages/schedule.h"

namespace fractalsync::cuda {

/// Rows of a left-hand matrix: row r starts at data + (starts[r / length] + r % length) * stride. A batch of windows is
/// read in place that way; without starts it is an ordinary matrix.
struct RowRuns {
  const float* data;
  std::int64_t stride;
  const std::int64_t* starts;
  int length;

  __device__ __forceinline__ const float* row(int r) const {
    return data + (starts == nullptr ? r : starts[r / length] + r % length) * stride;
  }
};

/// Whether units are dropped, and by which random numbers (math/mlp.h).
struct Dropout {
  bool on;
  float rate;
  std::uint64_t seed;
  const StepState* now;
};

/// Drops of kRows rows of one unit, from `row` on. kRows is 1, 2 or a multiple of 4, and `row` a multiple of it: the
/// rows share as few random blocks as they can.
template <int kRows>
__device__ __forceinline__ void drop(const Dropout& dropout, int layer, int row, int column, float (&units)[kRows]) {
  constexpr int kShared = kRows < 4 ? kRows : 4;
  const float scale = 1 / (1 - dropout.rate);
#pragma unroll
  for (int r = 0; r < kRows; r += kShared) {
    const RandomBlock random = math::dropout_words(
        dropout.seed, static_cast<std::uint32_t>(dropout.now->step), static_cast<std::uint64_t>(layer),
        static_cast<std::uint64_t>((row + r) / 4), static_cast<std::uint64_t>(column));
#pragma unroll
    for (int i = 0; i < kShared; ++i) {
      // Selected, not indexed: an index known only at run time would put the words into memory.
      const int word = kShared == 4 ? i : (row + i) % 4;
      const std::uint32_t low = word % 2 == 0 ? random.word[0] : random.word[1];
      const std::uint32_t high = word % 2 == 0 ? random.word[2] : random.word[3];
      units[r + i] *= math::dropout_factor(word < 2 ? low : high, dropout.rate, scale);
    }
  }
}

constexpr int ceil_div(int count, int size) { return (count + size - 1) / size; }

/// The last of `layers` whose first tile is not behind `tile`.
template <class Layer>
__device__ __forceinline__ int layer_of_tile(const Layer* layers, int count, int tile) {
  int l = 0;
  while (l + 1 < count && layers[l + 1].first_tile <= tile) ++l;
  return l;
}

/// to[i] = from[i] in shared memory, in the widest pieces; `from` is aligned to kCount floats, or 4.
template <int kCount>
__device__ __forceinline__ void load_shared(const float* from, float* to) {
  if constexpr (kCount % 4 == 0) {
#pragma unroll
    for (int i = 0; i < kCount; i += 4) {
      const float4 four = *reinterpret_cast<const float4*>(from + i);
      to[i] = four.x;
      to[i + 1] = four.y;
      to[i + 2] = four.z;
      to[i + 3] = four.w;
    }
  } else if constexpr (kCount == 2) {
    const float2 two = *reinterpret_cast<const float2*>(from);
    to[0] = two.x;
    to[1] = two.y;
  } else {
    static_assert(kCount == 1);
    to[0] = from[0];
  }
}

// ---- mlp_fused.cu: the whole network at once.

inline constexpr int kFusedWidth = 256;  ///< widest layer, input included
inline constexpr int kFusedLayers = 8;   ///< most layers, output included

struct FusedLayer {
  const float *weight, *bias;
  const float *gamma, *beta, *running_mean, *running_variance;  ///< nullptr: no batch norm
  float* activations;                                           ///< [rows, stride]; nullptr: not kept
  int in, stride;
  bool relu, dropout;
};

struct FusedForward {
  FusedLayer layers[kFusedLayers];
  int count;
  RowRuns windows;
  int input, rows;
  Dropout dropout;
  float* logits;  ///< [rows, kOutputs], rows logits_stride apart
  std::int64_t logits_stride;
};

/// One layer on the way back.
struct FusedBackLayer {
  const float* transposed;   ///< weights [out][lower_stride], zero in the padding
  const float* activations;  ///< of the layer below, [rows, lower_stride]; nullptr: below are the windows
  float* gradient;           ///< of the output before its ReLU, [rows, stride]: written
  float scale;               ///< what the dropout below multiplies units by
  int out, stride, lower_stride;
};

struct FusedBackward {
  FusedBackLayer layers[kFusedLayers];
  int count, rows;
  const float* grad_logits;
  std::int64_t grad_logits_stride;
  float* grad_windows;  ///< [rows, input]; nullptr: not asked for
  std::int64_t grad_windows_stride;
  int input;
};

void launch_fused_forward(cudaStream_t stream, const FusedForward& network);
void launch_fused_backward(cudaStream_t stream, const FusedBackward& network);

// ---- mlp_tensor.cu: the same by tensor cores.

void launch_tensor_forward(cudaStream_t stream, const FusedForward& network);
void launch_tensor_backward(cudaStream_t stream, const FusedBackward& network);

// ---- mlp_products.cu: matrix products of any size.

/// C [rows, columns] = finish(A B), with `depth` products per element.
struct Product {
  RowRuns a;
  const float* b;
  int b_stride;  ///< B's columns
  float* c;
  std::int64_t c_stride;
  int rows, columns, depth;
};

/// Forward: the bias on top, then ReLU and dropout where there are.
struct Activate {
  const float* bias;
  bool relu;
  Dropout dropout;
  int layer;
};

/// Backward: through the ReLU and dropout below; outputs == nullptr: nothing is in the way.
struct GateBelow {
  const float* outputs;  ///< of the units below, [rows, stride]
  std::int64_t stride;
  float scale;
};

/// `processors`: multiprocessors to keep busy; the tiles are as large as that allows.
void launch_product(cudaStream_t stream, int processors, const Product& product, const Activate& finish);
void launch_product(cudaStream_t stream, int processors, const Product& product, const GateBelow& finish);

/// One layer's part of launch_weight_gradients: gradient [in + 1, stride] = [A 1]^T upper. The last row, to which the
/// column of ones leads, is the bias's: in the flat array it follows the weights.
struct WeightGradient {
  RowRuns a;           ///< [rows, in]
  const float* upper;  ///< gradient of the layer's output before its ReLU, [rows, stride]
  float* gradient;
  int in, stride;
  int first_tile;  ///< set by launch_weight_gradients
};

/// Some layers' gradients at once. The rows are summed in `splits` parts, which are added in order: with splits > 1
/// layers[i].gradient is that of part 0 in `partial` memory, part s lies s * split_size floats on, and
/// total [split_size] receives the sums.
struct WeightGradients {
  WeightGradient layers[kFusedLayers];
  int count, rows, splits;
  std::int64_t split_size;
  const float* partial;
  float* total;
};

/// In how many parts the rows of `weights` weights' gradients are summed: a function of sizes alone, so that it is the
/// same on every device.
int gradient_splits(std::int64_t weights, int rows);

void launch_weight_gradients(cudaStream_t stream, int processors, WeightGradients gradients);
/// By tensor cores (mlp_tensor.cu).
void launch_tensor_weight_gradients(cudaStream_t stream, WeightGradients gradients);

/// Numbers the square tiles, `side` on a side, of all layers' gradients; returns how many there are.
int number_tiles(WeightGradients& gradients, int side);
/// Adds up the parts that the rows were summed in, when there are several.
void launch_sum_parts(cudaStream_t stream, const WeightGradients& gradients);

/// Weights [in][stride] of some layers, each to [stride][in rounded up to kColumnPadding], zero in the padding.
struct Transpose {
  const float* from;
  float* to;
  int in, stride;
  int first_tile;  ///< set by launch_transposes
};

struct Transposes {
  Transpose layers[kFusedLayers];
  int count;
};

void launch_transposes(cudaStream_t stream, Transposes transposes);

// ---- mlp_units.cu: what happens to hidden units between two products, kColumnPadding units (columns) a block.

/// The layer's numbers. Arrays are [stride] but for `linear` [rows, stride], what is normalised.
struct BatchNorm {
  int rows, stride, layer;
  const float *linear, *gamma, *beta;
};

/// What the units are normalised by: the mean and 1 / sqrt(variance + epsilon), as on the tape.
template <class Float>
struct NormMoments {
  Float *mean, *inverse_deviation;
};

/// Moments of the batch, which also move the running ones, in training; else the running ones. Writes `moments` and
/// activations [rows, stride].
void launch_batch_norm(cudaStream_t stream, const BatchNorm& norm, MlpMode mode, float* running_mean,
                       float* running_variance, const Dropout& dropout, NormMoments<float> moments, float* activations);

/// Replaces the gradient after batch norm, [rows, stride], by the one before it.
void launch_batch_norm_backward(cudaStream_t stream, const BatchNorm& norm, NormMoments<const float> moments,
                                float* gradient, float* grad_gamma, float* grad_beta);

/// units [rows, stride], in place: those that are dropped become 0, the others grow.
void launch_dropout(cudaStream_t stream, const Dropout& dropout, int layer, float* units, int rows, int stride);

/// gradient [rows, stride], in place: through the ReLU and dropout whose outputs, [rows, stride], are `gate.outputs`;
/// 0 in the padding behind `columns`, whatever was there.
void launch_gate(cudaStream_t stream, const GateBelow& gate, float* gradient, int rows, int columns);

/// to [rows, stride] = from [rows, kOutputs], zero in the padding.
void launch_pad_logits(cudaStream_t stream, const float* from, std::int64_t from_stride, int rows, float* to,
                       int stride);

}  // namespace fractalsync::cuda
