// What heads and motion channel ask of their arguments, whichever backend computes them. Each throws CheckFailure.
#pragma once

#include <cstdint>

#include "core/view.h"
#include "stages/visual.h"

namespace fractalsync {

/// [rows, kHeads] and [rows, kDrawnColumns], whole sequences of `length`.
inline void check_visual_rows(int length, Matrix<const float> heads, Matrix<const float> drawn) {
  FS_CHECK(length > 0);
  FS_CHECK_EQ(heads.rows() % length, 0);
  FS_CHECK_EQ(heads.cols(), kHeads);
  FS_CHECK_EQ(drawn.rows(), heads.rows());
  FS_CHECK_EQ(drawn.cols(), kDrawnColumns);
}

inline void check_visual_forward(int length, Matrix<const float> logits, View<const float> phases,
                                 Matrix<const float> heads, Matrix<const float> drawn) {
  check_visual_rows(length, heads, drawn);
  FS_CHECK_EQ(logits.rows(), heads.rows());
  FS_CHECK_EQ(logits.cols(), kHeads);
  FS_CHECK_EQ(phases.size() * length, heads.rows());
}

inline void check_visual_backward(int length, Matrix<const float> heads, Matrix<const float> grad_drawn,
                                  Matrix<const float> grad_heads, Matrix<const float> grad_logits) {
  check_visual_rows(length, heads, grad_drawn);
  for (const Matrix<const float>& gradient : {grad_heads, grad_logits}) {
    FS_CHECK_EQ(gradient.rows(), heads.rows());
    FS_CHECK_EQ(gradient.cols(), kHeads);
  }
}

}  // namespace fractalsync
