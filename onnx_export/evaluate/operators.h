// The operators, by family. Internal to the evaluator.
#pragma once

#include <string>
#include <vector>

#include "onnx_export/evaluate/tensor.h"
#include "onnx_export/reader.h"

namespace fractalsync {

/// Integers beyond it are refused: float holds all up to it exactly.
inline constexpr std::int64_t kLargestInteger = 1 << 24;

/// One node and its inputs.
template <class T>
struct Operation {
  const OnnxNode& node;
  std::vector<const Tensor<T>*> inputs;

  const Tensor<T>& input(std::size_t i) const { return *inputs[i]; }
};

[[noreturn]] void fail_evaluation(const std::string& name, const std::string& why);
/// Throws Error unless `condition` holds.
void require_of(const OnnxNode& node, bool condition, const char* what);

/// Number of elements of a shape that was computed from the model. Throws Error when there are too many.
std::int64_t element_count(const OnnxNode& node, const std::vector<std::int64_t>& shape);

template <class T>
Tensor<T> make_tensor(const OnnxNode& node, std::vector<std::int64_t> shape, ElementKind kind = ElementKind::real) {
  const std::int64_t count = element_count(node, shape);
  return {std::move(shape), std::vector<T>(static_cast<std::size_t>(count)), kind};
}

/// Throws Error unless the node has exactly so many inputs, of this kind, one output, and no attributes.
template <class T>
void require_plain(const Operation<T>& op, std::size_t inputs, ElementKind kind = ElementKind::real) {
  require_of(
      op.node,
      op.inputs.size() == inputs && op.node.outputs.size() == 1 && op.node.attributes.empty() && op.node.lists.empty(),
      "has other inputs, outputs or attributes than expected");
  for (const Tensor<T>* in : op.inputs) require_of(op.node, in->kind == kind, "has an input of another type");
}

/// What a node with one output returns.
template <class T>
std::vector<Tensor<T>> only_output(Tensor<T> out) {
  std::vector<Tensor<T>> outputs;
  outputs.push_back(std::move(out));
  return outputs;
}

/// The value of the node's only attribute.
std::int64_t only_attribute(const OnnxNode& node, const char* name);
/// The same, for an axis of a value of this rank.
std::size_t only_axis(const OnnxNode& node, std::size_t rank);
/// An input that is one int64 number.
template <class T>
std::int64_t integer_input(const Operation<T>& op, std::size_t i) {
  const Tensor<T>& in = op.input(i);
  require_of(op.node, in.kind == ElementKind::integer && in.size() == 1, "has an input that is not one integer");
  return static_cast<std::int64_t>(in.values[0]);
}

/// Elements before, along and after an axis: element (o, i, n) is at (o * along + i) * inner + n.
struct AxisSplit {
  std::int64_t outer = 1, along = 1, inner = 1;
};
AxisSplit split_at(const std::vector<std::int64_t>& shape, std::size_t axis);

/// Each returns the outputs of the node, or none when the operator is not of its family.
template <class T>
std::vector<Tensor<T>> evaluate_elementwise(const Operation<T>& op);
template <class T>
std::vector<Tensor<T>> evaluate_arrangement(const Operation<T>& op);
template <class T>
std::vector<Tensor<T>> evaluate_sum(const Operation<T>& op);

}  // namespace fractalsync
