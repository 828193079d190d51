// Evaluates a model that was read back, with the operators that our own models use. Written for verification: every
// operator is the plain loop of its definition in ONNX's Operators.md, nothing is shared with the backends.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/view.h"
#include "onnx_export/evaluate/tensor.h"
#include "onnx_export/reader.h"

namespace fractalsync {

template <class T>
using NamedTensors = std::map<std::string, Tensor<T>>;

/// All arithmetic in T (float or double; sums in ascending order of index). The model may be anything that read_model
/// lets pass: time and memory are bounded.
template <class T>
class GraphEvaluator {
 public:
  /// `model` must outlive the evaluator.
  explicit GraphEvaluator(const OnnxModel& model);

  /// The model's outputs for its inputs. Throws Error for an operator it does not know, for inputs other than those
  /// the model declares, and for shapes that do not fit together.
  /// `go_on`, where given, is asked before every operator (each is bounded); throws Error once it says no.
  NamedTensors<T> run(const NamedTensors<T>& inputs, const std::function<bool()>& go_on = {}) const;

 private:
  const OnnxModel& model_;
  NamedTensors<T> constants_;
};

extern template class GraphEvaluator<float>;
extern template class GraphEvaluator<double>;

/// For a model with one input and one output: the output of `input` [rows, columns], row-major, as many rows. Throws
/// Error like GraphEvaluator.
template <class T>
std::vector<T> evaluate_model(const OnnxModel& model, Matrix<const float> input);

extern template std::vector<float> evaluate_model<float>(const OnnxModel&, Matrix<const float>);
extern template std::vector<double> evaluate_model<double>(const OnnxModel&, Matrix<const float>);

}  // namespace fractalsync
