// The motion of the atlas formulation: a scan over the rows of each sequence, in double (some hundred rows).
#include "cpu/cpu_backend.h"
#include "math/atlas_motion.h"
#include "stages/atlas_checks.h"

namespace fractalsync::cpu {

void CpuBackend::atlas_forward(const AtlasSpec& spec, int length, Matrix<const float> logits,
                               Matrix<const float> phases, Matrix<float> heads, Matrix<float> drawn) {
  check_atlas_forward(length, logits, phases, heads, drawn);
  const AtlasTables tables = atlas_tables();
  pool_.run(phases.rows(), [&](std::int64_t sequence, int) {
    math::AtlasMotion<double> motion;
    motion.theta = phases(sequence, kPhaseJourney);
    motion.phi = phases(sequence, kPhaseRotation);
    for (std::int64_t row = sequence * length; row < (sequence + 1) * length; ++row)
      motion.step(spec, tables, logits.row(row), heads.row(row), drawn.row(row));
  });
}

void CpuBackend::atlas_backward(const AtlasSpec& spec, int length, Matrix<const float> logits,
                                Matrix<const float> heads, Matrix<const float> grad_drawn,
                                Matrix<const float> grad_heads, Matrix<float> grad_logits) {
  check_atlas_backward(length, logits, heads, grad_drawn, grad_heads, grad_logits);
  const AtlasTables tables = atlas_tables();
  pool_.run(heads.rows() / length, [&](std::int64_t sequence, int) {
    // What reaches a low-pass's state from later rows, and the sum of d L / d phi over them.
    double carried[math::kAtlasLowPasses] = {}, rotation = 0;
    const std::int64_t first = sequence * length;
    for (std::int64_t row = first + length - 1; row >= first; --row) {
      double grad[kHeads];
      for (int k = 0; k < kHeads; ++k) grad[k] = grad_heads(row, k);
      const auto place = math::atlas_place<double>(tables, heads(row, kJourney), heads(row, kEdges));
      grad[kEdges] += grad_drawn(row, kDrawnReal) * place.re_by_e + grad_drawn(row, kDrawnImag) * place.im_by_e;
      grad[kLogZoom] += grad_drawn(row, kDrawnLogZoom);
      rotation += grad_drawn(row, kDrawnPhi);
      grad[kSpeed] += rotation * math::turn_of_speed(spec, place);
      for (int i = 0; i < math::kAtlasLowPasses; ++i) {
        const int k = math::low_passed_head(i);
        const double alpha = math::low_pass_of(spec, k);
        carried[i] += grad[k];
        // The first value enters the state undamped.
        grad[k] = row == first ? carried[i] : alpha * carried[i];
        carried[i] *= 1 - alpha;
      }
      for (int k = 0; k < kHeads; ++k)
        grad_logits(row, k) += static_cast<float>(grad[k] * math::atlas_head_slope<double>(spec, k, logits(row, k)));
    }
  });
}

}  // namespace fractalsync::cpu
