// The network on tensor cores (tensor_cores.cuh), for networks that fit on chip: mlp_fused.cu's passes, and the
// weights' gradients, with the same data in and out. As accurate as float32, but not equal to the CPU to the bit.
//
// A block is sixteen rows and eight warps, each of which takes every eighth tile of 16 x 8 of a layer's output. Rows go
// from layer to layer in shared memory, [row][unit], whose pitch of 260 keeps the lanes of a fragment in banks of their
// own; weights come as fragments from the L2 cache, eight neighbouring columns of a row at a time.
//
// Default network, a block: 83,000 x 16 multiply-adds, three times, at some 650 a cycle (H100, mma.sync) 6,100 cycles;
// and 332 KB of weights at 64 bytes a cycle, 5,200 cycles. mlp_fused.cu takes 5,200 for eight rows. So with all
// multiprocessors busy, from 132 x 2 x 16 = 4,200 rows on, up to twice as many rows in the same time; with the 256 rows
// of a training step, which are 16 blocks here and 32 there, nothing is won. A prediction, not measured: that is why
// the float32 way, whose bits are the CPU's, is the program's (CudaOptions).
#include <algorithm>

#include "cuda/launch.h"
#include "cuda/mlp_fused.cuh"
#include "cuda/tensor_cores.cuh"

namespace fractalsync::cuda {
namespace {

constexpr int kRows = kTensorRows;
constexpr int kWarps = 8, kThreads = 32 * kWarps;
constexpr int kTiles = kFusedWidth / kTensorColumns / kWarps;  // of a warp, at most
constexpr int kPitch = kFusedWidth + 4;

using Units = float[kRows][kPitch];

/// Tile j of this warp.
__device__ __forceinline__ int tile_of_warp(int j) { return static_cast<int>(threadIdx.x) / 32 + kWarps * j; }

/// sum[j] = units times the weights' columns of tile j, for the tiles that there are: `stride` columns in all. Units
/// behind `depth` up to the next multiple of eight are zeros.
__device__ __forceinline__ void multiply(const Units& units, const float* weights, int stride, int depth,
                                         SplitSum (&sum)[kTiles]) {
  const TensorLane lane;
  for (int k = 0; k < depth; k += kTensorDepth) {
    Split<4> a;
#pragma unroll
    for (int i = 0; i < 4; ++i) a.set(i, units[lane.a_row(i)][k + lane.a_inner(i)]);
#pragma unroll
    for (int j = 0; j < kTiles; ++j) {
      const int first_column = tile_of_warp(j) * kTensorColumns;
      if (first_column >= stride) break;
      Split<2> b;
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        const int inner = k + lane.b_inner(i);
        b.set(i, inner < depth ? weights[inner * stride + first_column + lane.b_column()] : 0.0f);
      }
      sum[j].add(a, b);
    }
  }
}

/// Calls each(value, row, column) for the numbers of C that this lane holds.
template <class Each>
__device__ __forceinline__ void for_each_output(const SplitSum (&sum)[kTiles], int stride, Each each) {
  const TensorLane lane;
#pragma unroll
  for (int j = 0; j < kTiles; ++j) {
    const int first_column = tile_of_warp(j) * kTensorColumns;
    if (first_column >= stride) break;
#pragma unroll
    for (int i = 0; i < 4; ++i) each(sum[j].value(i), lane.c_row(i), first_column + lane.c_column(i));
  }
}

__global__ void __launch_bounds__(kThreads, 2) mlp_forward_tensor_kernel(const __grid_constant__ FusedForward network) {
  GPU_SHARED(float, units, [2][kRows][kPitch]);
  const int first_row = static_cast<int>(blockIdx.x) * kRows;
  const int padded = ceil_div(network.input, kColumnPadding) * kColumnPadding;
  for (int i = static_cast<int>(threadIdx.x); i < kRows * padded; i += kThreads) {
    const int r = i / padded, k = i - r * padded;
    const bool there = first_row + r < network.rows && k < network.input;
    units[0][r][k] = there ? network.windows.row(first_row + r)[k] : 0.0f;
  }
  for (int l = 0; l < network.count; ++l) {
    __syncthreads();
    const FusedLayer& layer = network.layers[l];
    SplitSum sum[kTiles];
    multiply(units[l % 2], layer.weight, layer.stride, layer.in, sum);
    for_each_output(sum, layer.stride, [&](float value, int row, int column) {
      float unit[1] = {value};
      activate<1>(network, l, first_row + row, column, unit);
      units[(l + 1) % 2][row][column] = unit[0];
      keep_units<1>(network, l, first_row + row, column, unit);
    });
  }
}

__global__ void __launch_bounds__(kThreads, 2)
    mlp_backward_tensor_kernel(const __grid_constant__ FusedBackward network) {
  GPU_SHARED(float, gradients, [2][kRows][kPitch]);
  const int first_row = static_cast<int>(blockIdx.x) * kRows, top = network.count - 1;
  const FusedBackLayer& last = network.layers[top];
  for (int i = static_cast<int>(threadIdx.x); i < kRows * last.stride; i += kThreads) {
    const int r = i / last.stride, column = i - r * last.stride, row = first_row + r;
    const bool there = row < network.rows;
    const float gradient =
        there && column < kOutputs ? network.grad_logits[row * network.grad_logits_stride + column] : 0.0f;
    gradients[top % 2][r][column] = gradient;
    if (there) last.gradient[std::int64_t{row} * last.stride + column] = gradient;
  }
  const int lowest = network.grad_windows == nullptr ? 1 : 0;
  for (int l = top; l >= lowest; --l) {
    __syncthreads();
    const FusedBackLayer& layer = network.layers[l];
    SplitSum sum[kTiles];
    multiply(gradients[l % 2], layer.transposed, layer.lower_stride, layer.out, sum);
    for_each_output(sum, layer.lower_stride, [&](float value, int row, int column) {
      float unit[1], gradient[1] = {value};
      load_gates<1>(network, l, first_row + row, column, unit);
      gate_and_keep<1>(network, l, first_row + row, column, unit, gradient);
      gradients[(l + 1) % 2][row][column] = gradient[0];
    });
  }
}

// Weights' gradients: a block is a tile of 32 x 32, a warp of its four a quarter; slices of sixteen rows of both
// operands lie in shared memory, the next ones on their way in registers. 97 tiles for the default network.
constexpr int kSide = 32, kGradientThreads = 128, kDepth = 16, kSlicePitch = kSide + 8;
constexpr int kFetched = kDepth * kSide / kGradientThreads;
constexpr int kQuarter = 2;  // tiles of 16 x 8 side by side in a warp's quarter

struct Slice {
  float a[kDepth][kSlicePitch], b[kDepth][kSlicePitch];
};

/// One layer's tile, and the part of the rows that are summed.
struct GradientTile {
  const WeightGradient& layer;
  int first_k, first_column, begin, end;
};

__device__ __forceinline__ void fetch_slice(const GradientTile& tile, int first, float (&a)[kFetched],
                                            float (&b)[kFetched]) {
#pragma unroll
  for (int j = 0; j < kFetched; ++j) {
    const int i = static_cast<int>(threadIdx.x) + kGradientThreads * j, row = first + i / kSide;
    const int k = tile.first_k + i % kSide, column = tile.first_column + i % kSide;
    const bool there = row < tile.end;
    a[j] = there && k < tile.layer.in ? tile.layer.a.row(row)[k] : there && k == tile.layer.in ? 1.0f : 0.0f;
    b[j] =
        there && column < tile.layer.stride ? tile.layer.upper[std::int64_t{row} * tile.layer.stride + column] : 0.0f;
  }
}

__device__ __forceinline__ void multiply_slice(const Slice& slice, int row, int column, SplitSum (&sum)[kQuarter]) {
  const TensorLane lane;
#pragma unroll
  for (int k = 0; k < kDepth; k += kTensorDepth) {
    Split<4> a;
#pragma unroll
    for (int i = 0; i < 4; ++i) a.set(i, slice.a[k + lane.a_inner(i)][row + lane.a_row(i)]);
#pragma unroll
    for (int j = 0; j < kQuarter; ++j) {
      Split<2> b;
#pragma unroll
      for (int i = 0; i < 2; ++i) b.set(i, slice.b[k + lane.b_inner(i)][column + kTensorColumns * j + lane.b_column()]);
      sum[j].add(a, b);
    }
  }
}

__global__ void __launch_bounds__(kGradientThreads)
    weight_gradient_tensor_kernel(const __grid_constant__ WeightGradients gradients) {
  GPU_SHARED(Slice, slices, [2]);
  const int number = static_cast<int>(blockIdx.x), part = static_cast<int>(blockIdx.y);
  const WeightGradient& layer = gradients.layers[layer_of_tile(gradients.layers, gradients.count, number)];
  const int across = ceil_div(layer.stride, kSide), rows_of_part = ceil_div(gradients.rows, gradients.splits);
  const int begin = std::min(part * rows_of_part, gradients.rows);
  const GradientTile tile{layer, (number - layer.first_tile) / across * kSide,
                          (number - layer.first_tile) % across * kSide, begin,
                          std::min(begin + rows_of_part, gradients.rows)};
  const int warp = static_cast<int>(threadIdx.x) / 32;
  const int row = warp / 2 * kTensorRows, column = warp % 2 * kQuarter * kTensorColumns;

  SplitSum sum[kQuarter];
  float a[kFetched], b[kFetched];
  fetch_slice(tile, tile.begin, a, b);
  int current = 0;
  for (int first = tile.begin; first < tile.end; first += kDepth) {
    Slice& slice = slices[current];
#pragma unroll
    for (int j = 0; j < kFetched; ++j) {
      const int i = static_cast<int>(threadIdx.x) + kGradientThreads * j;
      slice.a[i / kSide][i % kSide] = a[j];
      slice.b[i / kSide][i % kSide] = b[j];
    }
    __syncthreads();
    if (first + kDepth < tile.end) fetch_slice(tile, first + kDepth, a, b);
    multiply_slice(slice, row, column, sum);
    current ^= 1;  // which all have left who have come past the barrier
  }

  const TensorLane lane;
  float* const gradient = layer.gradient + part * gradients.split_size;
#pragma unroll
  for (int j = 0; j < kQuarter; ++j)
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const int k = tile.first_k + row + lane.c_row(i);
      const int to = tile.first_column + column + kTensorColumns * j + lane.c_column(i);
      if (k <= layer.in && to < layer.stride) gradient[std::int64_t{k} * layer.stride + to] = sum[j].value(i);
    }
}

}  // namespace

void launch_tensor_forward(cudaStream_t stream, const FusedForward& network) {
  launch("mlp_forward_tensor", mlp_forward_tensor_kernel, blocks_for(network.rows, kRows), dim3(kThreads), 0, stream,
         network);
}

void launch_tensor_backward(cudaStream_t stream, const FusedBackward& network) {
  launch("mlp_backward_tensor", mlp_backward_tensor_kernel, blocks_for(network.rows, kRows), dim3(kThreads), 0, stream,
         network);
}

void launch_tensor_weight_gradients(cudaStream_t stream, WeightGradients gradients) {
  const int tiles = number_tiles(gradients, kSide);
  launch("weight_gradient_tensor", weight_gradient_tensor_kernel,
         dim3(static_cast<unsigned>(tiles), static_cast<unsigned>(gradients.splits)), dim3(kGradientThreads), 0, stream,
         gradients);
  launch_sum_parts(stream, gradients);
}

}  // namespace fractalsync::cuda
