// Matrix products of any size, for layers that do not go through mlp_fused.cu, and the weights' gradients of all:
//
//   product          C = finish(A B)           A rows in place (windows at stride F), B = W, or W^T on the way back
//   weight gradient  [dW; db] = [A 1]^T G      the bias is the row of a column of ones
//   transpose        W^T, zero in the padding, so that the way back reads along rows as well
//
// A block of 256 threads computes a square tile of C, 16 kPer on a side; a thread a kPer x kPer part of it in
// registers. It walks the inner index in steps of 16 (8 in the largest tile): two slices of A and B that deep lie in
// shared memory, and while one is used the next is on its way in registers. Each element is one chain of fused
// multiply-adds in ascending order; only a weight gradient over many rows is cut, in parts whose number depends on
// sizes alone, which are then added in order.
//
// Per inner index a thread reads 2 kPer floats of shared memory for kPer^2 multiply-adds: at kPer = 8 four to one,
// where the multipliers are the limit (33.5 T multiply-adds a second: 4096 rows through 8192 x 8192 in 8.2 ms and as
// much for each of its two gradients); at kPer = 2 one to one, where shared memory is. Small tiles are for small
// products: default weights' gradients are 97 tiles of 32, one per multiprocessor, and 332 KB written.
#include <algorithm>

#include "cuda/launch.h"
#include "cuda/mlp_kernels.h"

namespace fractalsync::cuda {
namespace {

constexpr int kSide = 16;  // threads on a tile's side
constexpr int kThreads = kSide * kSide;

/// A thread's `i`-th row or column within its block's tile: neighbouring threads own neighbouring runs of four.
template <int kPer>
__device__ constexpr int place(int thread, int i) {
  constexpr int kRun = kPer < 4 ? kPer : 4;
  return i / kRun * kSide * kRun + thread * kRun + i % kRun;
}

/// Slices of both operands, [inner index][row or column of the tile], with rows that keep 16-byte alignment and shift
/// the banks.
template <int kPer>
struct alignas(16) Slices {
  static constexpr int kTile = kSide * kPer, kPitch = kTile + 4;
  static constexpr int kDepth = kPer == 8 ? 8 : 16;  // inner indices; the large tile is short of registers
  float a[kDepth * kPitch], b[kDepth * kPitch];
};

/// What a thread fetches for the next slices: elements `thread + kThreads j` of each.
template <int kPer>
struct Fetched {
  static constexpr int kCount = Slices<kPer>::kDepth * Slices<kPer>::kTile / kThreads;
  float a[kCount], b[kCount];
};

template <int kPer>
__device__ __forceinline__ void multiply_slices(const Slices<kPer>& slices, int thread_row, int thread_column,
                                                float (&sum)[kPer][kPer]) {
  constexpr int kRun = kPer < 4 ? kPer : 4;
#pragma unroll kPer == 8 ? 1 : 16
  for (int k = 0; k < Slices<kPer>::kDepth; ++k) {
    float a[kPer], b[kPer];
#pragma unroll
    for (int run = 0; run < kPer; run += kRun) {
      float part[kRun];
      load_shared<kRun>(slices.a + k * Slices<kPer>::kPitch + place<kPer>(thread_row, run), part);
#pragma unroll
      for (int i = 0; i < kRun; ++i) a[run + i] = part[i];
      load_shared<kRun>(slices.b + k * Slices<kPer>::kPitch + place<kPer>(thread_column, run), part);
#pragma unroll
      for (int i = 0; i < kRun; ++i) b[run + i] = part[i];
    }
#pragma unroll
    for (int i = 0; i < kPer; ++i)
#pragma unroll
      for (int j = 0; j < kPer; ++j) sum[i][j] = math::mul_add(a[i], b[j], sum[i][j]);
  }
}

/// sum += the products of inner indices [begin, end). fetch(k, fetched) gets this thread's part of the slices that
/// begin at k, zeros behind `end`; keep(fetched, slices) puts it where it belongs.
template <int kPer, class Fetch, class Keep>
__device__ __forceinline__ void multiply(Slices<kPer> (&slices)[2], int begin, int end, Fetch fetch, Keep keep,
                                         float (&sum)[kPer][kPer]) {
  constexpr int kDepth = Slices<kPer>::kDepth;
  const int row = static_cast<int>(threadIdx.x) / kSide, column = static_cast<int>(threadIdx.x) % kSide;
  if (begin >= end) return;
  Fetched<kPer> fetched;
  fetch(begin, fetched);
  keep(fetched, slices[0]);
  __syncthreads();
  int current = 0;
  for (int k = begin; k < end; k += kDepth) {
    const bool more = k + kDepth < end;
    if (more) fetch(k + kDepth, fetched);
    multiply_slices<kPer>(slices[current], row, column, sum);
    if (more) keep(fetched, slices[current ^ 1]);
    __syncthreads();
    current ^= 1;
  }
}

/// What becomes of a run of a column's sums, rows `row` on, of which those before `end` are there.
template <int kRun>
__device__ __forceinline__ void finish(const Activate& activate, int row, int column, float (&sums)[kRun], int) {
  const float bias = activate.bias[column];
#pragma unroll
  for (int i = 0; i < kRun; ++i) {
    sums[i] += bias;
    if (activate.relu) sums[i] = math::rectified(sums[i]);
  }
  if (activate.dropout.on) drop<kRun>(activate.dropout, activate.layer, row, column, sums);
}

template <int kRun>
__device__ __forceinline__ void finish(const GateBelow& gate, int row, int column, float (&sums)[kRun], int end) {
  if (gate.outputs == nullptr) return;
#pragma unroll
  for (int i = 0; i < kRun; ++i)
    if (row + i < end) sums[i] = math::gated(gate.outputs[(row + i) * gate.stride + column], sums[i], gate.scale);
}

template <int kPer, class Finish>
__global__ void __launch_bounds__(kThreads, 2)
    product_kernel(const __grid_constant__ Product p, const __grid_constant__ Finish then) {
  constexpr int kTile = Slices<kPer>::kTile, kPitch = Slices<kPer>::kPitch, kDepth = Slices<kPer>::kDepth;
  constexpr int kFetched = Fetched<kPer>::kCount;
  constexpr int kRun = kPer < 4 ? kPer : 4;
  GPU_SHARED(Slices<kPer>, slices, [2]);
  const int thread = static_cast<int>(threadIdx.x);
  const int first_row = static_cast<int>(blockIdx.x) * kTile, first_column = static_cast<int>(blockIdx.y) * kTile;

  // Of A, neighbouring threads fetch neighbouring inner indices of one row, the same rows for every slice. Behind the
  // last row they fetch that one again; its results are not stored.
  const float* rows[kFetched];
#pragma unroll
  for (int j = 0; j < kFetched; ++j)
    rows[j] = p.a.row(std::min(first_row + thread / kDepth + kThreads / kDepth * j, p.rows - 1));
  const auto fetch = [&](int k, Fetched<kPer>& fetched) {
    const int inner = k + thread % kDepth;
#pragma unroll
    for (int j = 0; j < kFetched; ++j) {
      fetched.a[j] = inner < p.depth ? rows[j][inner] : 0.0f;
      const int i = thread + kThreads * j, of_b = k + i / kTile, column = first_column + i % kTile;
      fetched.b[j] = of_b < p.depth && column < p.b_stride ? p.b[std::int64_t{of_b} * p.b_stride + column] : 0.0f;
    }
  };
  const auto keep = [&](const Fetched<kPer>& fetched, Slices<kPer>& to) {
#pragma unroll
    for (int j = 0; j < kFetched; ++j) {
      const int i = thread + kThreads * j;
      to.a[i % kDepth * kPitch + i / kDepth] = fetched.a[j];
      to.b[i / kTile * kPitch + i % kTile] = fetched.b[j];
    }
  };
  float sum[kPer][kPer] = {};
  multiply<kPer>(slices, 0, p.depth, fetch, keep, sum);

#pragma unroll
  for (int j = 0; j < kPer; ++j) {
    const int column = first_column + place<kPer>(thread % kSide, j);
    if (column >= p.columns) continue;
#pragma unroll
    for (int run = 0; run < kPer; run += kRun) {
      const int row = first_row + place<kPer>(thread / kSide, run);
      float sums[kRun];
#pragma unroll
      for (int i = 0; i < kRun; ++i) sums[i] = sum[run + i][j];
      finish<kRun>(then, row, column, sums, p.rows);
#pragma unroll
      for (int i = 0; i < kRun; ++i)
        if (row + i < p.rows) p.c[(row + i) * p.c_stride + column] = sums[i];
    }
  }
}

template <int kPer>
__global__ void __launch_bounds__(kThreads, 2)
    weight_gradient_kernel(const __grid_constant__ WeightGradients gradients) {
  constexpr int kTile = Slices<kPer>::kTile, kPitch = Slices<kPer>::kPitch, kFetched = Fetched<kPer>::kCount;
  GPU_SHARED(Slices<kPer>, slices, [2]);
  const int thread = static_cast<int>(threadIdx.x), tile_number = static_cast<int>(blockIdx.x);
  const WeightGradient& layer = gradients.layers[layer_of_tile(gradients.layers, gradients.count, tile_number)];
  const int in = layer.in, stride = layer.stride, tile = tile_number - layer.first_tile;
  const int across = ceil_div(stride, kTile);
  const int first_k = tile / across * kTile, first_column = tile % across * kTile;
  const int rows_of_part = ceil_div(gradients.rows, gradients.splits), part = static_cast<int>(blockIdx.y);
  const int begin = std::min(part * rows_of_part, gradients.rows), end = std::min(begin + rows_of_part, gradients.rows);

  const auto fetch = [&](int m, Fetched<kPer>& fetched) {
#pragma unroll
    for (int j = 0; j < kFetched; ++j) {
      const int i = thread + kThreads * j, row = m + i / kTile;
      const int k = first_k + i % kTile, column = first_column + i % kTile;
      const bool there = row < end;
      fetched.a[j] = there && k < in ? layer.a.row(row)[k] : there && k == in ? 1.0f : 0.0f;
      fetched.b[j] = there && column < stride ? layer.upper[std::int64_t{row} * stride + column] : 0.0f;
    }
  };
  const auto keep = [&](const Fetched<kPer>& fetched, Slices<kPer>& to) {
#pragma unroll
    for (int j = 0; j < kFetched; ++j) {
      const int i = thread + kThreads * j, at = i / kTile * kPitch + i % kTile;
      to.a[at] = fetched.a[j];
      to.b[at] = fetched.b[j];
    }
  };
  float sum[kPer][kPer] = {};
  multiply<kPer>(slices, begin, end, fetch, keep, sum);

  float* const gradient = layer.gradient + part * gradients.split_size;
#pragma unroll
  for (int i = 0; i < kPer; ++i)
#pragma unroll
    for (int j = 0; j < kPer; ++j) {
      const int k = first_k + place<kPer>(thread / kSide, i), column = first_column + place<kPer>(thread % kSide, j);
      if (k <= in && column < stride) gradient[std::int64_t{k} * stride + column] = sum[i][j];
    }
}

/// A thread is one element: the sum of its parts, in order.
__global__ void __launch_bounds__(kThreads)
    sum_parts_kernel(const float* partial, int parts, std::int64_t size, float* total) {
  const std::int64_t i = std::int64_t{blockIdx.x} * kThreads + threadIdx.x;
  if (i >= size) return;
  float sum = 0;
  for (int part = 0; part < parts; ++part) sum += partial[part * size + i];
  total[i] = sum;
}

constexpr int kTransposed = 32;  // side of a transposed tile

/// A block is a 32 x 32 tile, 32 x 8 threads: read along rows, turned in shared memory (whose rows of 33 keep both ways
/// free of bank conflicts), written along rows.
__global__ void __launch_bounds__(kThreads) transpose_kernel(const __grid_constant__ Transposes transposes) {
  GPU_SHARED(float, turned, [kTransposed][kTransposed + 1]);
  const int x = static_cast<int>(threadIdx.x), y = static_cast<int>(threadIdx.y);
  const Transpose& layer =
      transposes.layers[layer_of_tile(transposes.layers, transposes.count, static_cast<int>(blockIdx.x))];
  const int padded = ceil_div(layer.in, kColumnPadding) * kColumnPadding;
  const int tile = static_cast<int>(blockIdx.x) - layer.first_tile, across = ceil_div(layer.stride, kTransposed);
  const int first_row = tile / across * kTransposed, first_column = tile % across * kTransposed;
  for (int r = y; r < kTransposed; r += kThreads / kTransposed) {
    const int row = first_row + r, column = first_column + x;
    turned[r][x] =
        row < layer.in && column < layer.stride ? layer.from[std::int64_t{row} * layer.stride + column] : 0.0f;
  }
  __syncthreads();
  for (int c = y; c < kTransposed; c += kThreads / kTransposed) {
    const int column = first_column + c, row = first_row + x;
    if (column < layer.stride && row < padded) layer.to[std::int64_t{column} * padded + row] = turned[x][c];
  }
}

/// Outputs per thread and direction: as many as still give every multiprocessor a tile. tiles(side) counts tiles.
template <class Tiles>
int largest_part(int processors, Tiles tiles) {
  for (const int per : {8, 4})
    if (tiles(kSide * per) >= processors) return per;
  return 2;
}

template <int kPer, class Finish>
void launch_product_of(cudaStream_t stream, const Product& p, const Finish& then) {
  constexpr int kTile = kSide * kPer;
  launch("product", product_kernel<kPer, Finish>,
         dim3(static_cast<unsigned>(ceil_div(p.rows, kTile)), static_cast<unsigned>(ceil_div(p.columns, kTile))),
         dim3(kThreads), 0, stream, p, then);
}

template <class Finish>
void launch_product_with(cudaStream_t stream, int processors, const Product& p, const Finish& then) {
  const int per = largest_part(
      processors, [&p](int side) { return std::int64_t{ceil_div(p.rows, side)} * ceil_div(p.columns, side); });
  if (per == 8)
    launch_product_of<8>(stream, p, then);
  else if (per == 4)
    launch_product_of<4>(stream, p, then);
  else
    launch_product_of<2>(stream, p, then);
}

int gradient_tiles(const WeightGradient& layer, int side) {
  return ceil_div(layer.in + 1, side) * ceil_div(layer.stride, side);
}

template <int kPer>
void launch_weight_gradients_of(cudaStream_t stream, WeightGradients gradients) {
  const int tiles = number_tiles(gradients, kSide * kPer);
  launch("weight_gradient", weight_gradient_kernel<kPer>,
         dim3(static_cast<unsigned>(tiles), static_cast<unsigned>(gradients.splits)), dim3(kThreads), 0, stream,
         gradients);
}

}  // namespace

void launch_product(cudaStream_t stream, int processors, const Product& product, const Activate& finish) {
  launch_product_with(stream, processors, product, finish);
}

void launch_product(cudaStream_t stream, int processors, const Product& product, const GateBelow& finish) {
  launch_product_with(stream, processors, product, finish);
}

int gradient_splits(std::int64_t weights, int rows) {
  constexpr std::int64_t kEnoughWeights = 1 << 18;  // 256 tiles of 32 on a side: they fill a device by themselves
  constexpr int kRowsOfPart = 256, kMostParts = 32;
  return weights >= kEnoughWeights ? 1 : std::clamp(ceil_div(rows, kRowsOfPart), 1, kMostParts);
}

int number_tiles(WeightGradients& gradients, int side) {
  int tiles = 0;
  for (int l = 0; l < gradients.count; ++l) {
    gradients.layers[l].first_tile = tiles;
    tiles += gradient_tiles(gradients.layers[l], side);
  }
  return tiles;
}

void launch_sum_parts(cudaStream_t stream, const WeightGradients& gradients) {
  if (gradients.splits == 1) return;
  launch("sum_parts", sum_parts_kernel, blocks_for(gradients.split_size, kThreads), dim3(kThreads), 0, stream,
         gradients.partial, gradients.splits, gradients.split_size, gradients.total);
}

void launch_weight_gradients(cudaStream_t stream, int processors, WeightGradients gradients) {
  const int per = largest_part(processors, [&gradients](int side) {
    std::int64_t tiles = 0;
    for (int l = 0; l < gradients.count; ++l) tiles += gradient_tiles(gradients.layers[l], side);
    return tiles * gradients.splits;
  });
  if (per == 8)
    launch_weight_gradients_of<8>(stream, gradients);
  else if (per == 4)
    launch_weight_gradients_of<4>(stream, gradients);
  else
    launch_weight_gradients_of<2>(stream, gradients);
  launch_sum_parts(stream, gradients);
}

void launch_transposes(cudaStream_t stream, Transposes transposes) {
  int tiles = 0;
  for (int l = 0; l < transposes.count; ++l) {
    Transpose& layer = transposes.layers[l];
    layer.first_tile = tiles;
    tiles += ceil_div(layer.in, kTransposed) * ceil_div(layer.stride, kTransposed);
  }
  launch("transpose", transpose_kernel, dim3(static_cast<unsigned>(tiles)), dim3(kTransposed, kThreads / kTransposed),
         0, stream, transposes);
}

}  // namespace fractalsync::cuda
