// The motion of the atlas formulation (math/atlas_motion.h). As for the plain one (visual.cu) everything that a frame
// leaves to the next is a scan: a block takes a sequence, a thread a row, and rows that do not fit follow in tiles of
// the block's size, each beginning with what the tile before left. The scans are in double, as the CPU's: journey and
// rotation are sums over a whole song.
//
// Some two hundred flops, most of them in double, and 72 bytes per row; fourteen numbers of the tables,
// which stay in the second cache.
#include "cuda/collective.cuh"
#include "cuda/cuda_backend.h"
#include "math/atlas_motion.h"
#include "stages/atlas_checks.h"

namespace fractalsync::cuda {
namespace {

constexpr int kThreads = 128;

/// An angle within [0, 2 pi).
__device__ double wrapped_angle(double x) {
  const double turned = x - math::kTwoPi * std::floor(x / math::kTwoPi);
  return math::wrapped_once(turned);
}

__global__ void __launch_bounds__(kThreads)
    atlas_forward_kernel(AtlasSpec spec, AtlasTables tables, int length, Matrix<const float> logits,
                         Matrix<const float> phases, Matrix<float> heads, Matrix<float> drawn) {
  GPU_SHARED(double, shared, [kThreads / kWarp]);
  const std::int64_t first = std::int64_t{blockIdx.x} * length;
  double carry[math::kAtlasLowPasses] = {};
  double theta = phases(blockIdx.x, kPhaseJourney), phi = phases(blockIdx.x, kPhaseRotation);
  for (int tile = 0; tile < length; tile += kThreads) {
    const int t = tile + static_cast<int>(threadIdx.x);
    const std::int64_t row = first + t;
    double head[kHeads] = {};
    if (t < length) math::atlas_heads(spec, logits.row(row), head);
#pragma unroll
    for (int i = 0; i < math::kAtlasLowPasses; ++i) {
      const int k = math::low_passed_head(i);
      const double alpha = math::low_pass_of(spec, k);
      // The first value enters the state undamped.
      head[k] = decaying_sum<kThreads>(t == 0 ? head[k] : alpha * head[k], 1 - alpha, carry[i], shared);
    }
    const double travel = t < length ? math::travel_step(spec, head[kSpeed], head[kEdges]) : 0;
    head[kJourney] = math::journey_place(wrapped_angle(decaying_sum<kThreads>(travel, 1.0, theta, shared)));
    const auto place = math::atlas_place(tables, head[kJourney], head[kEdges]);
    const double turn = head[kSpeed] * math::turn_of_speed(spec, place);
    const double now = wrapped_angle(decaying_sum<kThreads>(turn, 1.0, phi, shared));
    if (t >= length) continue;
    for (int k = 0; k < kHeads; ++k) heads(row, k) = static_cast<float>(head[k]);
    math::draw_place(place, head, static_cast<float>(now), drawn.row(row));
  }
}

/// With C_t the gradient of a low-pass's state, C_t = G_t + (1 - alpha) C_(t+1); with R_t that of the rotation,
/// R_t = G_t + R_(t+1).
__global__ void __launch_bounds__(kThreads)
    atlas_backward_kernel(AtlasSpec spec, AtlasTables tables, int length, Matrix<const float> logits,
                          Matrix<const float> heads, Matrix<const float> grad_drawn, Matrix<const float> grad_heads,
                          Matrix<float> grad_logits) {
  GPU_SHARED(double, shared, [kThreads / kWarp]);
  const std::int64_t first = std::int64_t{blockIdx.x} * length;
  double carry[math::kAtlasLowPasses] = {}, rotation = 0;
  for (int tile = 0; tile < length; tile += kThreads) {
    const int t = length - 1 - tile - static_cast<int>(threadIdx.x);
    const std::int64_t row = first + t;
    const bool inside = t >= 0;
    double grad[kHeads] = {}, turn = 0;
    if (inside) {
      for (int k = 0; k < kHeads; ++k) grad[k] = grad_heads(row, k);
      const auto place = math::atlas_place<double>(tables, heads(row, kJourney), heads(row, kEdges));
      grad[kEdges] += grad_drawn(row, kDrawnReal) * place.re_by_e + grad_drawn(row, kDrawnImag) * place.im_by_e;
      grad[kLogZoom] += grad_drawn(row, kDrawnLogZoom);
      turn = math::turn_of_speed(spec, place);
    }
    grad[kSpeed] +=
        turn * decaying_sum<kThreads>(inside ? double{grad_drawn(row, kDrawnPhi)} : 0.0, 1.0, rotation, shared);
#pragma unroll
    for (int i = 0; i < math::kAtlasLowPasses; ++i) {
      const int k = math::low_passed_head(i);
      const double alpha = math::low_pass_of(spec, k);
      const double state = decaying_sum<kThreads>(grad[k], 1 - alpha, carry[i], shared);
      grad[k] = t == 0 ? state : alpha * state;
    }
    for (int k = 0; inside && k < kHeads; ++k)
      grad_logits(row, k) += static_cast<float>(grad[k] * math::atlas_head_slope<double>(spec, k, logits(row, k)));
  }
}

}  // namespace

AtlasTables CudaBackend::device_atlas() {
  if (atlas_tables_.size() == 0) {
    const AtlasTables host = atlas_tables();
    atlas_tables_ = Buffer<float>(memory_, kAtlasNumbers + kAtlasRows);
    upload<float>(*this, View<const float>(host.nodes, kAtlasNumbers), atlas_tables_.view().subview(0, kAtlasNumbers));
    upload<float>(*this, View<const float>(host.log_zoom, kAtlasRows),
                  atlas_tables_.view().subview(kAtlasNumbers, kAtlasRows));
  }
  return {atlas_tables_.data(), atlas_tables_.data() + kAtlasNumbers};
}

void CudaBackend::atlas_forward(const AtlasSpec& spec, int length, Matrix<const float> logits,
                                Matrix<const float> phases, Matrix<float> heads, Matrix<float> drawn) {
  check_atlas_forward(length, logits, phases, heads, drawn);
  launch("atlas_forward", atlas_forward_kernel, dim3(static_cast<unsigned>(phases.rows())), kThreads, 0, stream_, spec,
         device_atlas(), length, logits, phases, heads, drawn);
}

void CudaBackend::atlas_backward(const AtlasSpec& spec, int length, Matrix<const float> logits,
                                 Matrix<const float> heads, Matrix<const float> grad_drawn,
                                 Matrix<const float> grad_heads, Matrix<float> grad_logits) {
  check_atlas_backward(length, logits, heads, grad_drawn, grad_heads, grad_logits);
  launch("atlas_backward", atlas_backward_kernel, dim3(static_cast<unsigned>(heads.rows() / length)), kThreads, 0,
         stream_, spec, device_atlas(), length, logits, heads, grad_drawn, grad_heads, grad_logits);
}

}  // namespace fractalsync::cuda
