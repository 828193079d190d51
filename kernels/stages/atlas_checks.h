// What the motion of the atlas formulation asks of its arguments, whichever backend computes it. Each throws
// CheckFailure.
#pragma once

#include <cstdint>

#include "core/view.h"
#include "stages/atlas.h"
#include "stages/visual_checks.h"

namespace fractalsync {

inline void check_atlas_forward(int length, Matrix<const float> logits, Matrix<const float> phases,
                                Matrix<const float> heads, Matrix<const float> drawn) {
  check_visual_rows(length, heads, drawn);
  FS_CHECK_EQ(logits.rows(), heads.rows());
  FS_CHECK_EQ(logits.cols(), kHeads);
  FS_CHECK_EQ(phases.rows() * length, heads.rows());
  FS_CHECK_EQ(phases.cols(), kAtlasPhases);
}

inline void check_atlas_backward(int length, Matrix<const float> logits, Matrix<const float> heads,
                                 Matrix<const float> grad_drawn, Matrix<const float> grad_heads,
                                 Matrix<const float> grad_logits) {
  check_visual_backward(length, heads, grad_drawn, grad_heads, grad_logits);
  FS_CHECK_EQ(logits.rows(), heads.rows());
  FS_CHECK_EQ(logits.cols(), kHeads);
}

}  // namespace fractalsync
