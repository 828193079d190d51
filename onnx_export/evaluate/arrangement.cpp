// Operators that move elements and compute nothing.
#include <algorithm>
#include <numeric>

#include "onnx_export/evaluate/operators.h"

namespace fractalsync {
namespace {

/// Places [first, first + count) along the axis of `from` become [to_first, ...) of `to`; other sizes are the same.
template <class T>
void copy_along(const Tensor<T>& from, std::int64_t first, Tensor<T>& to, std::int64_t to_first, std::int64_t count,
                std::size_t axis) {
  const AxisSplit source = split_at(from.shape, axis), target = split_at(to.shape, axis);
  for (std::int64_t o = 0; o < source.outer; ++o)
    std::copy_n(from.values.begin() + (o * source.along + first) * source.inner, count * source.inner,
                to.values.begin() + (o * target.along + to_first) * target.inner);
}

template <class T>
void require_inputs(const Operation<T>& op, std::size_t inputs) {
  require_of(op.node, op.inputs.size() == inputs, "has other inputs than expected");
}

template <class T>
std::vector<Tensor<T>> reshape(const Operation<T>& op) {
  require_inputs(op, 2);
  require_of(op.node,
             op.node.attributes.empty() && op.node.lists.empty() && op.input(1).kind == ElementKind::integer &&
                 op.input(1).shape.size() == 1,
             "has another shape than expected");
  std::vector<std::int64_t> shape;
  for (const T size : op.input(1).values) shape.push_back(static_cast<std::int64_t>(size));
  require_of(op.node, element_count(op.node, shape) == op.input(0).size(),
             "has as many elements as its input in no shape");
  return only_output(Tensor<T>{std::move(shape), op.input(0).values, op.input(0).kind});
}

template <class T>
std::vector<Tensor<T>> transpose(const Operation<T>& op) {
  require_inputs(op, 1);
  const Tensor<T>& in = op.input(0);
  const std::size_t rank = in.shape.size();
  require_of(op.node, op.node.attributes.empty() && op.node.lists.size() == 1 && op.node.lists.contains("perm"),
             "has other attributes than expected");
  const std::vector<std::int64_t>& permutation = op.node.lists.at("perm");
  std::vector<std::int64_t> sorted = permutation, counted(rank);
  std::sort(sorted.begin(), sorted.end());
  std::iota(counted.begin(), counted.end(), 0);
  require_of(op.node, sorted == counted, "is not a permutation of its input's axes");
  std::vector<std::int64_t> stride(rank, 1), shape, step;
  for (std::size_t d = rank; d-- > 1;) stride[d - 1] = stride[d] * in.shape[d];
  for (const std::int64_t d : permutation) {
    shape.push_back(in.shape[static_cast<std::size_t>(d)]);
    step.push_back(stride[static_cast<std::size_t>(d)]);
  }
  Tensor<T> out = make_tensor<T>(op.node, shape, in.kind);
  std::vector<std::int64_t> place(rank, 0);
  std::int64_t at = 0;
  for (T& value : out.values) {
    value = in.values[static_cast<std::size_t>(at)];
    for (std::size_t d = rank; d-- > 0;) {
      at += step[d];
      if (++place[d] < shape[d]) break;
      at -= step[d] * place[d];
      place[d] = 0;
    }
  }
  return only_output(std::move(out));
}

template <class T>
std::vector<Tensor<T>> slice(const Operation<T>& op) {
  require_inputs(op, 4);
  const Tensor<T>& in = op.input(0);
  const std::int64_t first = integer_input(op, 1), end = integer_input(op, 2), axis = integer_input(op, 3);
  require_of(op.node,
             op.node.attributes.empty() && op.node.lists.empty() && axis >= 0 &&
                 axis < static_cast<std::int64_t>(in.shape.size()),
             "has an axis that its input lacks");
  const auto along = static_cast<std::size_t>(axis);
  require_of(op.node, first >= 0 && first <= end && end <= in.shape[along], "reaches beyond its input");
  std::vector<std::int64_t> shape = in.shape;
  shape[along] = end - first;
  Tensor<T> out = make_tensor<T>(op.node, shape, in.kind);
  copy_along(in, first, out, 0, end - first, along);
  return only_output(std::move(out));
}

template <class T>
std::vector<Tensor<T>> split(const Operation<T>& op) {
  require_of(op.node,
             op.inputs.size() == 2 && op.input(1).kind == ElementKind::integer &&
                 op.input(1).values.size() == op.node.outputs.size(),
             "has other inputs or outputs than expected");
  const Tensor<T>& in = op.input(0);
  const std::size_t axis = only_axis(op.node, in.shape.size());
  std::vector<Tensor<T>> parts;
  std::int64_t first = 0;
  for (const T size : op.input(1).values) {
    const auto count = static_cast<std::int64_t>(size);
    require_of(op.node, count >= 0 && count <= in.shape[axis] - first, "is wider than its input");
    std::vector<std::int64_t> shape = in.shape;
    shape[axis] = count;
    parts.push_back(make_tensor<T>(op.node, shape, in.kind));
    copy_along(in, first, parts.back(), 0, count, axis);
    first += count;
  }
  require_of(op.node, first == in.shape[axis], "is narrower than its input");
  return parts;
}

template <class T>
std::vector<Tensor<T>> concat(const Operation<T>& op) {
  require_of(op.node, !op.inputs.empty(), "has no inputs");
  const std::size_t axis = only_axis(op.node, op.input(0).shape.size());
  std::vector<std::int64_t> shape = op.input(0).shape;
  shape[axis] = 0;
  for (const Tensor<T>* in : op.inputs) {
    require_of(op.node, in->shape.size() == shape.size() && in->kind == op.input(0).kind, "has unlike inputs");
    for (std::size_t d = 0; d < shape.size(); ++d)
      require_of(op.node, d == axis || in->shape[d] == shape[d], "has inputs of different shapes");
    shape[axis] += in->shape[axis];
  }
  Tensor<T> out = make_tensor<T>(op.node, shape, op.input(0).kind);
  std::int64_t first = 0;
  for (const Tensor<T>* in : op.inputs) {
    copy_along(*in, 0, out, first, in->shape[axis], axis);
    first += in->shape[axis];
  }
  return only_output(std::move(out));
}

template <class T>
std::vector<Tensor<T>> gather(const Operation<T>& op) {
  require_inputs(op, 2);
  const Tensor<T>&in = op.input(0), &indices = op.input(1);
  require_of(op.node, indices.kind == ElementKind::integer && indices.shape.size() == 1,
             "has other indices than expected");
  const std::size_t axis = only_axis(op.node, in.shape.size());
  std::vector<std::int64_t> shape = in.shape;
  shape[axis] = indices.size();
  Tensor<T> out = make_tensor<T>(op.node, shape, in.kind);
  for (std::int64_t i = 0; i < indices.size(); ++i) {
    const auto index = static_cast<std::int64_t>(indices.values[static_cast<std::size_t>(i)]);
    require_of(op.node, index >= 0 && index < in.shape[axis], "takes what its input lacks");
    copy_along(in, index, out, i, 1, axis);
  }
  return only_output(std::move(out));
}

}  // namespace

template <class T>
std::vector<Tensor<T>> evaluate_arrangement(const Operation<T>& op) {
  const std::string& name = op.node.op;
  if (name == "Reshape") return reshape(op);
  if (name == "Transpose") return transpose(op);
  if (name == "Slice") return slice(op);
  if (name == "Split") return split(op);
  if (name == "Concat") return concat(op);
  if (name == "Gather") return gather(op);
  return {};
}

template std::vector<Tensor<float>> evaluate_arrangement(const Operation<float>&);
template std::vector<Tensor<double>> evaluate_arrangement(const Operation<double>&);

}  // namespace fractalsync
