// Evaluates a model that was read back, with the handful of operators that our own models use. Written for
// verification: every operator is the plain loop of its definition in ONNX's Operators.md, nothing is shared with the
// backends.
#pragma once

#include <vector>

#include "core/view.h"
#include "onnx_export/reader.h"

namespace fractalsync {

/// The model's one output for `input` [rows, columns], row-major [rows, output columns], all arithmetic in T (float or
/// double; sums in ascending order of index). Throws Error for an operator it does not know and for shapes that do not
/// fit together.
template <class T>
std::vector<T> evaluate_model(const OnnxModel& model, Matrix<const float> input);

extern template std::vector<float> evaluate_model<float>(const OnnxModel&, Matrix<const float>);
extern template std::vector<double> evaluate_model<double>(const OnnxModel&, Matrix<const float>);

}  // namespace fractalsync
