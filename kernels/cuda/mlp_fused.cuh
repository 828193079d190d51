// What the two ways of carrying rows through a whole network in one kernel share (mlp_fused.cu, mlp_tensor.cu): all
// that follows a layer's product, for kCount consecutive rows of one unit.
#pragma once

#include "cuda/mlp_kernels.h"

namespace fractalsync::cuda {

/// Bias, batch norm by running moments, ReLU, dropout.
template <int kCount>
__device__ __forceinline__ void activate(const FusedForward& network, int l, int row, int column,
                                         float (&units)[kCount]) {
  const FusedLayer& layer = network.layers[l];
  const float bias = layer.bias[column];
#pragma unroll
  for (int r = 0; r < kCount; ++r) units[r] += bias;
  if (layer.gamma != nullptr) {
    const float gamma = layer.gamma[column], beta = layer.beta[column], mean = layer.running_mean[column],
                inverse_deviation = math::inverse_deviation(layer.running_variance[column]);
#pragma unroll
    for (int r = 0; r < kCount; ++r)
      units[r] = math::mul_add(math::normalised(units[r], mean, inverse_deviation), gamma, beta);
  }
  if (layer.relu) {
#pragma unroll
    for (int r = 0; r < kCount; ++r) units[r] = math::rectified(units[r]);
  }
  if (layer.dropout) drop<kCount>(network.dropout, l, row, column, units);
}

/// Writes units to the tape, or to the logits: rows that are there, columns that are kept.
template <int kCount>
__device__ __forceinline__ void keep_units(const FusedForward& network, int l, int row, int column,
                                           const float (&units)[kCount]) {
  const FusedLayer& layer = network.layers[l];
  const bool last = l + 1 == network.count;
  float* const kept = last ? network.logits : layer.activations;
  const std::int64_t stride = last ? network.logits_stride : layer.stride;
#pragma unroll
  for (int r = 0; r < kCount; ++r)
    if (kept != nullptr && row + r < network.rows && (!last || column < kOutputs))
      kept[(row + r) * stride + column] = units[r];
}

/// The units below layer l; there are none where there is no row.
template <int kCount>
__device__ __forceinline__ void load_gates(const FusedBackward& network, int l, int row, int column,
                                           float (&units)[kCount]) {
  const FusedBackLayer& layer = network.layers[l];
#pragma unroll
  for (int r = 0; r < kCount; ++r)
    units[r] =
        l > 0 && row + r < network.rows ? layer.activations[std::int64_t{row + r} * layer.lower_stride + column] : 0.0f;
}

/// Takes the gradient of layer l's input through what is below, and writes it.
template <int kCount>
__device__ __forceinline__ void gate_and_keep(const FusedBackward& network, int l, int row, int column,
                                              const float (&units)[kCount], float (&gradient)[kCount]) {
  const FusedBackLayer& layer = network.layers[l];
#pragma unroll
  for (int r = 0; r < kCount; ++r) {
    const bool there = row + r < network.rows;
    if (l == 0) {
      if (there && column < network.input)
        network.grad_windows[(row + r) * network.grad_windows_stride + column] = gradient[r];
      continue;
    }
    gradient[r] = math::gated(units[r], gradient[r], layer.scale);
    if (there) network.layers[l - 1].gradient[std::int64_t{row + r} * layer.lower_stride + column] = gradient[r];
  }
}

}  // namespace fractalsync::cuda
