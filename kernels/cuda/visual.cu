// Heads and motion channel. A low-pass y_t = (1 - alpha) y_(t-1) + alpha x_t and the running rotation are scans: a block
// takes a sequence, a thread a row, and rows that do not fit follow in tiles of the block's size, each beginning with
// what the tile before left. Backwards the same runs from the last row to the first.
//
// Some fifty flops and 72 bytes per row, far below a microsecond: what counts is that a sequence of 128 rows takes one
// pass and not 128 dependent steps.
#include <cmath>

#include "cuda/collective.cuh"
#include "cuda/cuda_backend.h"
#include "math/visual.h"
#include "stages/visual_checks.h"

namespace fractalsync::cuda {
namespace {

constexpr int kThreads = 128;
constexpr int kLowPasses = 3;

/// The three low-passed heads and where they go.
struct Channel {
  Head source;
  Drawn column;
  float alpha;
};
__device__ Channel channel(const VisualSpec& spec, int i) {
  if (i == 0) return {kJuliaReal, kDrawnReal, spec.low_pass_c};
  if (i == 1) return {kJuliaImag, kDrawnImag, spec.low_pass_c};
  return {kLogZoom, kDrawnLogZoom, spec.low_pass_zoom};
}

/// A rotation within [0, 2 pi), also after rounding.
__device__ float wrapped(double phi) {
  const auto turned = static_cast<float>(phi - math::kTwoPi * std::floor(phi / math::kTwoPi));
  return turned >= static_cast<float>(math::kTwoPi) ? turned - static_cast<float>(math::kTwoPi) : turned;
}

__global__ void visual_forward_kernel(VisualSpec spec, int length, Matrix<const float> logits, const float* phases,
                                      Matrix<float> heads, Matrix<float> drawn) {
  GPU_SHARED(float, shared, [kThreads / kWarp]);
  GPU_SHARED(double, shared_phi, [kThreads / kWarp]);
  const std::int64_t first = std::int64_t{blockIdx.x} * length;
  float carry[kLowPasses] = {};
  double phi = phases[blockIdx.x];
  for (int tile = 0; tile < length; tile += kThreads) {
    const int t = tile + static_cast<int>(threadIdx.x);
    const std::int64_t row = first + t;
    float head[kHeads] = {};
    if (t < length) {
      math::heads(spec.log_zoom_limit, logits.row(row), head);
      for (int k = 0; k < kHeads; ++k) heads(row, k) = head[k];
    }
#pragma unroll
    for (int i = 0; i < kLowPasses; ++i) {
      const Channel c = channel(spec, i);
      // The first value enters the state undamped.
      const float x = t == 0 ? head[c.source] : c.alpha * head[c.source];
      const float y = decaying_sum<kThreads>(x, 1 - c.alpha, carry[i], shared);
      if (t < length) drawn(row, c.column) = y;
    }
    const double turn = static_cast<double>(spec.omega) * head[kSpeed];
    const float now = wrapped(decaying_sum<kThreads>(turn, 1.0, phi, shared_phi));
    if (t < length) drawn(row, kDrawnPhi) = now;
  }
}

/// With C_t the gradient of a low-pass's state, C_t = G_t + (1 - alpha) C_(t+1); with R_t that of the rotation,
/// R_t = G_t + R_(t+1).
__global__ void visual_backward_kernel(VisualSpec spec, int length, Matrix<const float> heads,
                                       Matrix<const float> grad_drawn, Matrix<const float> grad_heads,
                                       Matrix<float> grad_logits) {
  GPU_SHARED(float, shared, [kThreads / kWarp]);
  const std::int64_t first = std::int64_t{blockIdx.x} * length;
  float carry[kLowPasses] = {}, rotation = 0;
  for (int tile = 0; tile < length; tile += kThreads) {
    const int t = length - 1 - tile - static_cast<int>(threadIdx.x);
    const std::int64_t row = first + t;
    const bool inside = t >= 0;
    float grad[kHeads] = {};
    for (int k = 0; inside && k < kHeads; ++k) grad[k] = grad_heads(row, k);
#pragma unroll
    for (int i = 0; i < kLowPasses; ++i) {
      const Channel c = channel(spec, i);
      const float state =
          decaying_sum<kThreads>(inside ? grad_drawn(row, c.column) : 0.0f, 1 - c.alpha, carry[i], shared);
      grad[c.source] += t == 0 ? state : c.alpha * state;
    }
    const float turned =
        decaying_sum<kThreads>(inside ? grad_drawn(row, kDrawnPhi) : 0.0f, 1.0f, rotation, shared);
    grad[kSpeed] += spec.omega * turned;
    for (int k = 0; inside && k < kHeads; ++k)
      grad_logits(row, k) += grad[k] * math::head_slope(spec.log_zoom_limit, k, heads(row, k));
  }
}

}  // namespace

void CudaBackend::visual_forward(const VisualSpec& spec, int length, Matrix<const float> logits,
                                 View<const float> phases, Matrix<float> heads, Matrix<float> drawn) {
  check_visual_forward(length, logits, phases, heads, drawn);
  launch("visual_forward", visual_forward_kernel, dim3(static_cast<unsigned>(phases.size())), kThreads, 0, stream_,
         spec, length, logits, phases.data(), heads, drawn);
}

void CudaBackend::visual_backward(const VisualSpec& spec, int length, Matrix<const float> heads,
                                  Matrix<const float> grad_drawn, Matrix<const float> grad_heads,
                                  Matrix<float> grad_logits) {
  check_visual_backward(length, heads, grad_drawn, grad_heads, grad_logits);
  launch("visual_backward", visual_backward_kernel, dim3(static_cast<unsigned>(heads.rows() / length)), kThreads, 0,
         stream_, spec, length, heads, grad_drawn, grad_heads, grad_logits);
}

}  // namespace fractalsync::cuda
