// Heads and motion channel: a few scans over some hundred rows, far below a microsecond each per sequence, so plain
// scalar loops.
#include "math/visual.h"

#include "cpu/cpu_backend.h"
#include "stages/visual_checks.h"

namespace fractalsync::cpu {

void CpuBackend::visual_forward(const VisualSpec& spec, int length, Matrix<const float> logits,
                                View<const float> phases, Matrix<float> heads, Matrix<float> drawn) {
  check_visual_forward(length, logits, phases, heads, drawn);
  pool_.run(phases.size(), [&](std::int64_t sequence, int) {
    float phi = phases[sequence];
    for (std::int64_t row = sequence * length; row < (sequence + 1) * length; ++row) {
      float* head = heads.row(row);
      float* now = drawn.row(row);
      math::heads(spec.log_zoom_limit, logits.row(row), head);
      const bool first = row == sequence * length;
      const float* before = first ? nullptr : drawn.row(row - 1);
      const auto smooth = [&](float alpha, Drawn column, Head source) {
        now[column] = first ? head[source] : math::low_pass(alpha, before[column], head[source]);
      };
      smooth(spec.low_pass_c, kDrawnReal, kJuliaReal);
      smooth(spec.low_pass_c, kDrawnImag, kJuliaImag);
      smooth(spec.low_pass_zoom, kDrawnLogZoom, kLogZoom);
      phi = math::rotate(spec.omega, phi, head[kSpeed]);
      now[kDrawnPhi] = phi;
    }
  });
}

void CpuBackend::visual_backward(const VisualSpec& spec, int length, Matrix<const float> heads,
                                 Matrix<const float> grad_drawn, Matrix<const float> grad_heads,
                                 Matrix<float> grad_logits) {
  check_visual_backward(length, heads, grad_drawn, grad_heads, grad_logits);
  pool_.run(heads.rows() / length, [&](std::int64_t sequence, int) {
    // What reaches a low-pass's state from later rows, and the sum of d L / d phi over them.
    float carried[3] = {0, 0, 0};
    float rotation = 0;
    const float alpha[3] = {spec.low_pass_c, spec.low_pass_c, spec.low_pass_zoom};
    constexpr Head source[3] = {kJuliaReal, kJuliaImag, kLogZoom};
    constexpr Drawn column[3] = {kDrawnReal, kDrawnImag, kDrawnLogZoom};
    const std::int64_t first = sequence * length;
    for (std::int64_t row = first + length - 1; row >= first; --row) {
      float grad[kHeads];
      for (int k = 0; k < kHeads; ++k) grad[k] = grad_heads(row, k);
      for (int i = 0; i < 3; ++i) {
        carried[i] += grad_drawn(row, column[i]);
        // The first value enters the state undamped.
        grad[source[i]] += row == first ? carried[i] : alpha[i] * carried[i];
        carried[i] *= 1 - alpha[i];
      }
      rotation += grad_drawn(row, kDrawnPhi);
      grad[kSpeed] += spec.omega * rotation;
      for (int k = 0; k < kHeads; ++k)
        grad_logits(row, k) += grad[k] * math::head_slope(spec.log_zoom_limit, k, heads(row, k));
    }
  });
}

}  // namespace fractalsync::cpu
