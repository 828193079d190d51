// Connectedness of J_c, from the critical orbit of every frame's c.
#include "cuda/cuda_backend.h"
#include "math/julia.h"
#include "stages/julia_checks.h"

namespace fractalsync::cuda {
namespace {

/// Small blocks: 256 frames are then spread over many processors, and the time is that of the longest orbit alone, some
/// 100 steps of 20 instructions.
constexpr int kThreads = 32;

/// chi and d chi/dc (math/julia.h). One thread per frame: 8 bytes read, 12 written, up to 100 steps of 19 flops.
/// Nothing is added up.
__global__ void __launch_bounds__(kThreads)
    connectedness_kernel(ConnectednessSpec spec, math::PotentialLevel<float> level, Matrix<const float> drawn,
                         View<float> chi, Matrix<float> gradient) {
  const std::int64_t frame = std::int64_t{blockIdx.x} * kThreads + threadIdx.x;
  if (frame >= chi.size()) return;
  const auto c = math::connectedness(spec, level, drawn(frame, kDrawnReal), drawn(frame, kDrawnImag));
  chi[frame] = c.value;
  gradient(frame, 0) = c.by_re;
  gradient(frame, 1) = c.by_im;
}

}  // namespace

void CudaBackend::connectedness(const ConnectednessSpec& spec, Matrix<const float> drawn, View<float> chi,
                                Matrix<float> gradient) {
  check_connectedness(spec, drawn, chi, gradient);
  launch("connectedness", connectedness_kernel, blocks_for(drawn.rows(), kThreads), kThreads, 0, stream_, spec,
         math::potential_level<float>(spec.level), drawn, chi, gradient);
}

}  // namespace fractalsync::cuda
