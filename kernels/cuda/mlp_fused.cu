// The whole network in one kernel each way, for networks whose layers fit on chip (mlp_kernels.h): activations, and on
// the way back gradients, of eight rows go from layer to layer in shared memory, and only what the other direction or
// the weights' gradients read is written out.
//
//   forward   x_l = drop(relu(x_{l-1} W_l + b_l)), logits = x_L W + b; in inference with batch norm by running moments
//   backward  g_{l-1} = gate(x_{l-1}, g_l W_l^T), from the transposed weights
//
// A block is eight rows and 256 threads; a thread is one column of the layer and eight rows of it, or four, two or one
// when the layer is so narrow that 2, 4 or 8 threads share a column. Each inner product is one thread's chain in
// ascending order.
//
// Default network, a block: 83,000 multiply-adds per row, at 128 a cycle 5,200 cycles for eight rows; and 332 KB of
// weights from the L2 cache, which gives a multiprocessor 64 bytes a cycle: 5,200 cycles as well, 3 us. That is why
// eight rows: fewer would wait for the weights, more would leave multiprocessors empty at 256 rows (32 blocks). Back
// the same without the first layer, unless the windows' gradient is asked for. Per row 2.3 KB of activations are
// written forward, as much read and 2.4 KB of gradients written back; two buffers of 8 KB are the shared memory.
//
// The trick: weights of the next 16 inner indices are on their way in registers while those of the last 16 are used. In
// a layer of 256 columns that is 16 KB in flight per block, what 64 bytes a cycle ask for at the L2's latency of some
// 250 cycles. Narrower layers have less in flight and wait: 5 to 7 us in all is what to expect.
#include "cuda/launch.h"
#include "cuda/mlp_fused.cuh"

namespace fractalsync::cuda {
namespace {

constexpr int kRows = 8;  // of a block
constexpr int kThreads = kFusedWidth;
constexpr int kAhead = kColumnPadding;  // weights in flight per thread

/// The two buffers between which a block's rows go back and forth: [unit][row], units padded with zeros.
struct Buffers {
  float* from;
  float* to;

  __device__ void swap() {
    float* const old = from;
    from = to;
    to = old;
  }
};

/// Which part of a layer a thread computes: one column, kCount rows of the block from `row` on.
struct Part {
  int column, row;
};

template <int kCount>
__device__ __forceinline__ Part part_of_thread(int stride) {
  const int thread = static_cast<int>(threadIdx.x), group = thread / stride;
  return {thread - group * stride, group * kCount};
}

/// sum[r] = sum over k in [0, depth) of from[k][row + r] weights[k][column]. The units behind `depth` up to the next
/// multiple of kAhead are zeros.
template <int kCount>
__device__ __forceinline__ void multiply(const float* from, const float* weights, int stride, int depth, Part part,
                                         float (&sum)[kCount]) {
  const float* const column = weights + part.column;
  float next[kAhead];
#pragma unroll
  for (int i = 0; i < kAhead; ++i) next[i] = i < depth ? column[i * stride] : 0.0f;
  for (int k = 0; k < depth; k += kAhead) {
    float weight[kAhead];
#pragma unroll
    for (int i = 0; i < kAhead; ++i) {
      weight[i] = next[i];
      const int ahead = k + kAhead + i;
      next[i] = ahead < depth ? column[ahead * stride] : 0.0f;
    }
#pragma unroll
    for (int i = 0; i < kAhead; ++i) {
      float unit[kCount];
      load_shared<kCount>(from + (k + i) * kRows + part.row, unit);
#pragma unroll
      for (int r = 0; r < kCount; ++r) sum[r] = math::mul_add(unit[r], weight[i], sum[r]);
    }
  }
}

template <int kCount>
__device__ __forceinline__ void forward_layer(const FusedForward& network, int l, int first_row, Buffers buffers) {
  const FusedLayer& layer = network.layers[l];
  const Part part = part_of_thread<kCount>(layer.stride);
  if (part.row >= kRows) return;
  const int row = first_row + part.row;
  float units[kCount] = {};
  multiply<kCount>(buffers.from, layer.weight, layer.stride, layer.in, part, units);
  activate<kCount>(network, l, row, part.column, units);
#pragma unroll
  for (int r = 0; r < kCount; ++r) buffers.to[part.column * kRows + part.row + r] = units[r];
  keep_units<kCount>(network, l, row, part.column, units);
}

template <int kCount>
__device__ __forceinline__ void backward_layer(const FusedBackward& network, int l, int first_row, Buffers buffers) {
  const FusedBackLayer& layer = network.layers[l];
  const Part part = part_of_thread<kCount>(layer.lower_stride);
  if (part.row >= kRows) return;
  const int row = first_row + part.row;
  float unit[kCount], gradient[kCount] = {};
  load_gates<kCount>(network, l, row, part.column, unit);  // on their way during the product
  multiply<kCount>(buffers.from, layer.transposed, layer.lower_stride, layer.out, part, gradient);
  gate_and_keep<kCount>(network, l, row, part.column, unit, gradient);
#pragma unroll
  for (int r = 0; r < kCount; ++r) buffers.to[part.column * kRows + part.row + r] = gradient[r];
}

__global__ void __launch_bounds__(kThreads, 2) mlp_forward_fused_kernel(const __grid_constant__ FusedForward network) {
  GPU_SHARED(float4, memory, [2][kFusedWidth * kRows / 4]);
  Buffers buffers{reinterpret_cast<float*>(memory[0]), reinterpret_cast<float*>(memory[1])};
  const int first_row = static_cast<int>(blockIdx.x) * kRows;
  const int padded = (network.input + kAhead - 1) / kAhead * kAhead;
  for (int i = static_cast<int>(threadIdx.x); i < kRows * padded; i += kThreads) {
    const int r = i / padded, k = i - r * padded;
    const bool there = first_row + r < network.rows && k < network.input;
    buffers.from[k * kRows + r] = there ? network.windows.row(first_row + r)[k] : 0.0f;
  }
  for (int l = 0; l < network.count; ++l) {
    __syncthreads();
    const int stride = network.layers[l].stride;
    if (stride > kThreads / 2)
      forward_layer<8>(network, l, first_row, buffers);
    else if (stride > kThreads / 4)
      forward_layer<4>(network, l, first_row, buffers);
    else if (stride > kThreads / 8)
      forward_layer<2>(network, l, first_row, buffers);
    else
      forward_layer<1>(network, l, first_row, buffers);
    buffers.swap();
  }
}

__global__ void __launch_bounds__(kThreads, 2)
    mlp_backward_fused_kernel(const __grid_constant__ FusedBackward network) {
  GPU_SHARED(float4, memory, [2][kFusedWidth * kRows / 4]);
  Buffers buffers{reinterpret_cast<float*>(memory[0]), reinterpret_cast<float*>(memory[1])};
  const int first_row = static_cast<int>(blockIdx.x) * kRows;
  const FusedBackLayer& top = network.layers[network.count - 1];
  for (int i = static_cast<int>(threadIdx.x); i < kRows * top.stride; i += kThreads) {
    const int r = i / top.stride, column = i - r * top.stride, row = first_row + r;
    const bool there = row < network.rows;
    const float gradient =
        there && column < kOutputs ? network.grad_logits[row * network.grad_logits_stride + column] : 0.0f;
    buffers.from[column * kRows + r] = gradient;
    if (there) top.gradient[std::int64_t{row} * top.stride + column] = gradient;
  }
  const int lowest = network.grad_windows == nullptr ? 1 : 0;
  for (int l = network.count - 1; l >= lowest; --l) {
    __syncthreads();
    const int stride = network.layers[l].lower_stride;
    if (stride > kThreads / 2)
      backward_layer<8>(network, l, first_row, buffers);
    else if (stride > kThreads / 4)
      backward_layer<4>(network, l, first_row, buffers);
    else if (stride > kThreads / 8)
      backward_layer<2>(network, l, first_row, buffers);
    else
      backward_layer<1>(network, l, first_row, buffers);
    buffers.swap();
  }
}

}  // namespace

void launch_fused_forward(cudaStream_t stream, const FusedForward& network) {
  launch("mlp_forward_fused", mlp_forward_fused_kernel, blocks_for(network.rows, kRows), dim3(kThreads), 0, stream,
         network);
}

void launch_fused_backward(cudaStream_t stream, const FusedBackward& network) {
  launch("mlp_backward_fused", mlp_backward_fused_kernel, blocks_for(network.rows, kRows), dim3(kThreads), 0, stream,
         network);
}

}  // namespace fractalsync::cuda
