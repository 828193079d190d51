// What the loss asks of its arguments, whichever backend computes it. Throws CheckFailure.
#pragma once

#include <cstdint>

#include "core/view.h"
#include "stages/loss.h"

namespace fractalsync {

inline void check_loss(const LossInputs& in, const LossOutputs& out) {
  const std::int64_t frames = in.drawn.rows();
  FS_CHECK(in.length >= 3);
  FS_CHECK_EQ(frames % in.length, 0);
  const auto check_matrix = [frames](Matrix<const float> matrix, int columns) {
    FS_CHECK_EQ(matrix.rows(), frames);
    FS_CHECK_EQ(matrix.cols(), columns);
  };
  check_matrix(in.targets, kTargets);
  check_matrix(in.logits, kHeads);
  check_matrix(in.heads, kHeads);
  check_matrix(in.drawn, kDrawnColumns);
  check_matrix(in.metrics, kMetrics);
  check_matrix(in.jacobian, kMetrics * kTangents);
  check_matrix(in.previous_jacobian, kTangents);
  check_matrix(in.chi_gradient, 2);
  check_matrix(out.grad_drawn, kDrawnColumns);
  check_matrix(out.grad_heads, kHeads);
  check_matrix(out.grad_logits, kHeads);
  FS_CHECK_EQ(in.chi.size(), frames);
  FS_CHECK_EQ(out.terms.size(), kLossTerms);
}

}  // namespace fractalsync
