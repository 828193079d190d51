// What the network's passes ask of their arguments, whichever backend computes them. Each throws Error when the windows
// are not as wide as the network's input, and CheckFailure when an array is not as large as the layout says.
#pragma once

#include "core/view.h"
#include "stages/mlp.h"
#include "stages/schedule.h"

namespace fractalsync {

/// Of both passes. `logits`: these or their gradient.
inline void check_mlp_arrays(const MlpLayout& layout, const WindowBatch& windows, View<const float> parameters,
                             View<const float> tape, Matrix<const float> logits) {
  if (windows.input() != layout.spec().input)
    throw Error(detail::concat("the windows hold ", windows.input(), " features (", windows.window, " frames of ",
                               windows.features, "), but the network takes ", layout.spec().input));
  FS_CHECK_EQ(parameters.size(), layout.parameter_size());
  FS_CHECK(tape.size() >= layout.tape_size(windows.rows()));
  FS_CHECK_EQ(logits.rows(), windows.rows());
  FS_CHECK_EQ(logits.cols(), kOutputs);
}

inline void check_mlp_forward(const MlpLayout& layout, MlpMode mode, const WindowBatch& windows,
                              View<const float> parameters, View<const float> statistics, const StepKey& key,
                              View<const float> tape, Matrix<const float> logits) {
  check_mlp_arrays(layout, windows, parameters, tape, logits);
  FS_CHECK_EQ(statistics.size(), layout.statistics_size());
  const bool drops = mode == MlpMode::training && layout.spec().dropout > 0;
  FS_CHECK(!drops || key.now.size() == 1);
}

inline void check_mlp_backward(const MlpLayout& layout, const WindowBatch& windows, View<const float> parameters,
                               View<const float> tape, Matrix<const float> grad_logits,
                               View<const float> grad_parameters, Matrix<const float> grad_windows) {
  check_mlp_arrays(layout, windows, parameters, tape, grad_logits);
  FS_CHECK_EQ(grad_parameters.size(), layout.parameter_size());
  if (grad_windows.empty()) return;
  FS_CHECK_EQ(grad_windows.rows(), windows.rows());
  FS_CHECK_EQ(grad_windows.cols(), layout.spec().input);
}

}  // namespace fractalsync
