// Batch norm of the network's hidden units with what follows it, and its way back: mlp_kernels.h.
//
//   forward   x_hat = (x - mean) / deviation, y = drop(relu(gamma x_hat + beta)), moments over the batch
//   backward  dx = gamma / deviation (dy - mean(dy) - x_hat mean(dy x_hat)), d gamma = sum dy x_hat, d beta = sum dy
//
// A block is sixteen units (columns) and the whole batch, 512 threads; a thread is one unit and every 32nd group of
// four rows: four rows share their dropout's random block. A sum over the batch is each thread's chain over its rows,
// then a tree of 32: fixed by the number of rows alone.
//
// Forward reads each element three times (mean, variance about the mean, result) and writes it once: 16 bytes and some
// ten operations per element; backward 20 bytes. At 256 rows that is 16 KB per block and pass, which the first-level
// cache holds; the passes cost latency, some 2 us a layer, and the three layers' launches as much again. Two passes for
// the variance rather than one because sum(x^2) - sum(x)^2 cancels.
#include "cuda/launch.h"
#include "cuda/mlp_kernels.h"

namespace fractalsync::cuda {
namespace {

constexpr int kUnits = kColumnPadding;  // of a block
constexpr int kLanes = 32;              // threads that share a unit
constexpr int kThreads = kUnits * kLanes;
constexpr int kGroup = 4;  // consecutive rows of one thread

/// Calls f(row) for the thread's rows, in ascending order.
template <class F>
__device__ __forceinline__ void for_rows(int rows, F f) {
  for (int first = static_cast<int>(threadIdx.y) * kGroup; first < rows; first += kLanes * kGroup)
#pragma unroll
    for (int i = 0; i < kGroup; ++i)
      if (first + i < rows) f(first + i);
}

/// The sum of `value` over the threads of a unit, in all of them.
__device__ __forceinline__ float sum_of_unit(float value) {
  GPU_SHARED(float, part, [kLanes][kUnits]);
  const int lane = static_cast<int>(threadIdx.y), unit = static_cast<int>(threadIdx.x);
  part[lane][unit] = value;
#pragma unroll
  for (int half = kLanes / 2; half > 0; half /= 2) {
    __syncthreads();
    if (lane < half) part[lane][unit] += part[lane + half][unit];
  }
  __syncthreads();
  const float sum = part[0][unit];
  __syncthreads();  // the next sum writes part again
  return sum;
}

/// Those of one unit.
struct Moments {
  float mean, inverse_deviation;
};

__device__ __forceinline__ Moments batch_moments(const BatchNorm& norm, int column, float* running_mean,
                                                 float* running_variance) {
  const float* const linear = norm.linear + column;
  const auto rows = static_cast<float>(norm.rows);
  float sum = 0, squares = 0;
  for_rows(norm.rows, [&](int r) { sum += linear[std::int64_t{r} * norm.stride]; });
  const float mean = sum_of_unit(sum) / rows;
  for_rows(norm.rows, [&](int r) {
    const float d = linear[std::int64_t{r} * norm.stride] - mean;
    squares += d * d;
  });
  squares = sum_of_unit(squares);
  if (threadIdx.y == 0) {
    // A single row has no unbiased variance; 0 stands for it.
    const float unbiased = squares / (norm.rows > 1 ? rows - 1 : 1.0f);
    running_mean[column] = math::running_statistic(running_mean[column], mean);
    running_variance[column] = math::running_statistic(running_variance[column], unbiased);
  }
  return {mean, math::inverse_deviation(squares / rows)};
}

__global__ void __launch_bounds__(kThreads)
    batch_norm_kernel(BatchNorm norm, MlpMode mode, float* running_mean, float* running_variance, Dropout dropout,
                      NormMoments<float> kept, float* activations) {
  const int column = static_cast<int>(blockIdx.x) * kUnits + static_cast<int>(threadIdx.x);
  const Moments moments = mode == MlpMode::training
                              ? batch_moments(norm, column, running_mean, running_variance)
                              : Moments{running_mean[column], math::inverse_deviation(running_variance[column])};
  if (threadIdx.y == 0) {
    kept.mean[column] = moments.mean;
    kept.inverse_deviation[column] = moments.inverse_deviation;
  }
  const float gamma = norm.gamma[column], beta = norm.beta[column];
  for (int first = static_cast<int>(threadIdx.y) * kGroup; first < norm.rows; first += kLanes * kGroup) {
    float units[kGroup] = {};
#pragma unroll
    for (int i = 0; i < kGroup; ++i)
      if (first + i < norm.rows)
        units[i] =
            math::rectified(math::mul_add(math::normalised(norm.linear[std::int64_t{first + i} * norm.stride + column],
                                                           moments.mean, moments.inverse_deviation),
                                          gamma, beta));
    if (dropout.on) drop<kGroup>(dropout, norm.layer, first, column, units);
#pragma unroll
    for (int i = 0; i < kGroup; ++i)
      if (first + i < norm.rows) activations[std::int64_t{first + i} * norm.stride + column] = units[i];
  }
}

__global__ void __launch_bounds__(kThreads)
    batch_norm_backward_kernel(BatchNorm norm, NormMoments<const float> moments, float* gradient, float* grad_gamma,
                               float* grad_beta) {
  const int column = static_cast<int>(blockIdx.x) * kUnits + static_cast<int>(threadIdx.x);
  const float mean = moments.mean[column], inverse_deviation = moments.inverse_deviation[column];
  const auto at = [&](int r) { return std::int64_t{r} * norm.stride + column; };
  const auto x_hat = [&](int r) { return math::normalised(norm.linear[at(r)], mean, inverse_deviation); };
  float sum = 0, sum_x_hat = 0;
  for_rows(norm.rows, [&](int r) {
    const float grad_y = gradient[at(r)];
    sum += grad_y;
    sum_x_hat += grad_y * x_hat(r);
  });
  sum = sum_of_unit(sum);
  sum_x_hat = sum_of_unit(sum_x_hat);
  if (threadIdx.y == 0) {
    grad_beta[column] = sum;
    grad_gamma[column] = sum_x_hat;
  }
  const auto rows = static_cast<float>(norm.rows);
  const float gain = norm.gamma[column] * inverse_deviation;
  for_rows(norm.rows, [&](int r) {
    gradient[at(r)] = math::batch_norm_gradient(gradient[at(r)], x_hat(r), gain, sum / rows, sum_x_hat / rows);
  });
}

/// A thread is one unit of four consecutive rows, which share a random block. 8 bytes per unit.
__global__ void __launch_bounds__(256) dropout_kernel(Dropout dropout, int layer, float* units, int rows, int stride) {
  const std::int64_t i = std::int64_t{blockIdx.x} * 256 + threadIdx.x;
  const std::int64_t first = i / stride * kGroup, column = i % stride;
  float four[kGroup];
#pragma unroll
  for (int r = 0; r < kGroup; ++r) four[r] = first + r < rows ? units[(first + r) * stride + column] : 0.0f;
  if (first >= rows) return;
  drop<kGroup>(dropout, layer, static_cast<int>(first), static_cast<int>(column), four);
#pragma unroll
  for (int r = 0; r < kGroup; ++r)
    if (first + r < rows) units[(first + r) * stride + column] = four[r];
}

/// A thread is one unit. 12 bytes per unit.
__global__ void __launch_bounds__(256) gate_kernel(GateBelow gate, float* gradient, int rows, int columns) {
  const std::int64_t i = std::int64_t{blockIdx.x} * 256 + threadIdx.x;
  if (i >= rows * gate.stride) return;
  gradient[i] = i % gate.stride < columns ? math::gated(gate.outputs[i], gradient[i], gate.scale) : 0.0f;
}

/// A thread is one element of the padded matrix.
__global__ void __launch_bounds__(256)
    pad_logits_kernel(const float* from, std::int64_t from_stride, int rows, float* to, int stride) {
  const std::int64_t i = std::int64_t{blockIdx.x} * 256 + threadIdx.x;
  const std::int64_t row = i / stride, column = i % stride;
  if (row < rows) to[i] = column < kOutputs ? from[row * from_stride + column] : 0.0f;
}

}  // namespace

void launch_batch_norm(cudaStream_t stream, const BatchNorm& norm, MlpMode mode, float* running_mean,
                       float* running_variance, const Dropout& dropout, NormMoments<float> moments,
                       float* activations) {
  launch("batch_norm", batch_norm_kernel, blocks_for(norm.stride, kUnits), dim3(kUnits, kLanes), 0, stream, norm, mode,
         running_mean, running_variance, dropout, moments, activations);
}

void launch_batch_norm_backward(cudaStream_t stream, const BatchNorm& norm, NormMoments<const float> moments,
                                float* gradient, float* grad_gamma, float* grad_beta) {
  launch("batch_norm_backward", batch_norm_backward_kernel, blocks_for(norm.stride, kUnits), dim3(kUnits, kLanes), 0,
         stream, norm, moments, gradient, grad_gamma, grad_beta);
}

void launch_dropout(cudaStream_t stream, const Dropout& dropout, int layer, float* units, int rows, int stride) {
  launch("dropout", dropout_kernel, blocks_for(std::int64_t{ceil_div(rows, kGroup)} * stride, 256), dim3(256), 0,
         stream, dropout, layer, units, rows, stride);
}

void launch_gate(cudaStream_t stream, const GateBelow& gate, float* gradient, int rows, int columns) {
  launch("gate", gate_kernel, blocks_for(rows * gate.stride, 256), dim3(256), 0, stream, gate, gradient, rows, columns);
}

void launch_pad_logits(cudaStream_t stream, const float* from, std::int64_t from_stride, int rows, float* to,
                       int stride) {
  launch("pad_logits", pad_logits_kernel, blocks_for(std::int64_t{rows} * stride, 256), dim3(256), 0, stream, from,
         from_stride, rows, to, stride);
}

}  // namespace fractalsync::cuda
