// Operators that compute each element from the elements at the same place, with NumPy's broadcasting.
#include <algorithm>
#include <array>
#include <cmath>

#include "onnx/onnx.pb.h"
#include "onnx_export/evaluate/operators.h"

namespace fractalsync {
namespace {

/// Sizes of all inputs aligned at the right: equal, or 1 and repeated.
template <class T>
std::vector<std::int64_t> broadcast_shape(const Operation<T>& op) {
  std::vector<std::int64_t> shape;
  for (const Tensor<T>* in : op.inputs)
    if (in->shape.size() > shape.size()) shape.resize(in->shape.size(), 1);
  for (const Tensor<T>* in : op.inputs) {
    for (std::size_t d = 0; d < in->shape.size(); ++d) {
      std::int64_t& size = shape[shape.size() - in->shape.size() + d];
      require_of(op.node, size == 1 || in->shape[d] == 1 || size == in->shape[d], "has inputs of different shapes");
      if (size == 1) size = in->shape[d];
    }
  }
  return shape;
}

/// Elements between neighbours along each dimension of `shape`; 0 where `in` is repeated.
template <class T>
std::vector<std::int64_t> broadcast_strides(const Tensor<T>& in, const std::vector<std::int64_t>& shape) {
  std::vector<std::int64_t> strides(shape.size(), 0);
  const std::size_t missing = shape.size() - in.shape.size();
  std::int64_t stride = 1;
  for (std::size_t d = in.shape.size(); d-- > 0;) {
    strides[missing + d] = in.shape[d] == 1 ? 0 : stride;
    stride *= in.shape[d];
  }
  return strides;
}

/// out = f(element of each of N inputs)
template <std::size_t N, class T, class F>
std::vector<Tensor<T>> broadcast(const Operation<T>& op, ElementKind kind, F f) {
  Tensor<T> out = make_tensor<T>(op.node, broadcast_shape(op), kind);
  std::array<std::vector<std::int64_t>, N> strides;
  for (std::size_t i = 0; i < N; ++i) strides[i] = broadcast_strides(op.input(i), out.shape);
  std::array<std::int64_t, N> at{};
  std::vector<std::int64_t> place(out.shape.size(), 0);
  for (T& value : out.values) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      value = f(op.input(I).values[static_cast<std::size_t>(at[I])]...);
    }
    (std::make_index_sequence<N>());
    for (std::size_t d = place.size(); d-- > 0;) {
      ++place[d];
      for (std::size_t i = 0; i < N; ++i) at[i] += strides[i][d];
      if (place[d] < out.shape[d]) break;
      for (std::size_t i = 0; i < N; ++i) at[i] -= strides[i][d] * place[d];
      place[d] = 0;
    }
  }
  return only_output(std::move(out));
}

template <std::size_t N, class T, class F>
std::vector<Tensor<T>> arithmetic(const Operation<T>& op, F f) {
  require_plain(op, N);
  return broadcast<N>(op, ElementKind::real, f);
}

template <class T, class F>
std::vector<Tensor<T>> comparison(const Operation<T>& op, F f) {
  require_plain(op, 2);
  return broadcast<2>(op, ElementKind::boolean, [f](T x, T y) { return T(f(x, y)); });
}

/// The larger by `less`, but NaN when one is.
template <class T>
T extreme(T x, T y, bool takes_y) {
  return takes_y || std::isnan(y) ? (std::isnan(x) ? x : y) : x;
}

template <class T>
std::vector<Tensor<T>> clip(const Operation<T>& op) {
  require_plain(op, 3);
  require_of(op.node, op.input(1).shape.empty() && op.input(2).shape.empty(), "has bounds that are not one number");
  return broadcast<3>(op, ElementKind::real, [](T x, T low, T high) { return x < low ? low : x > high ? high : x; });
}

template <class T>
std::vector<Tensor<T>> where(const Operation<T>& op) {
  require_of(op.node,
             op.inputs.size() == 3 && op.node.outputs.size() == 1 && op.node.attributes.empty() &&
                 op.node.lists.empty() && op.input(0).kind == ElementKind::boolean &&
                 op.input(1).kind == ElementKind::real && op.input(2).kind == ElementKind::real,
             "has other inputs, outputs or attributes than expected");
  return broadcast<3>(op, ElementKind::real, [](T condition, T x, T y) { return condition != T(0) ? x : y; });
}

/// To float32 from anything, to int64 from what an int64 can hold.
template <class T>
std::vector<Tensor<T>> cast(const Operation<T>& op) {
  require_of(op.node, op.inputs.size() == 1 && op.node.outputs.size() == 1,
             "has other inputs or outputs than expected");
  const std::int64_t type = only_attribute(op.node, "to");
  if (type == onnx::TensorProto::FLOAT) return broadcast<1>(op, ElementKind::real, [](T x) { return x; });
  require_of(op.node, type == onnx::TensorProto::INT64, "is cast to another type than expected");
  return broadcast<1>(op, ElementKind::integer, [&](T x) {
    require_of(op.node, std::abs(x) <= T(kLargestInteger), "is too large for an index");
    return std::trunc(x);
  });
}

}  // namespace

template <class T>
std::vector<Tensor<T>> evaluate_elementwise(const Operation<T>& op) {
  const std::string& name = op.node.op;
  if (name == "Abs") return arithmetic<1>(op, [](T x) { return std::abs(x); });
  if (name == "Relu") return arithmetic<1>(op, [](T x) { return x < 0 ? T(0) : x; });
  if (name == "Tanh") return arithmetic<1>(op, [](T x) { return std::tanh(x); });
  if (name == "Sigmoid") return arithmetic<1>(op, [](T x) { return T(1) / (T(1) + std::exp(-x)); });
  if (name == "Sin") return arithmetic<1>(op, [](T x) { return std::sin(x); });
  if (name == "Cos") return arithmetic<1>(op, [](T x) { return std::cos(x); });
  if (name == "Asin") return arithmetic<1>(op, [](T x) { return std::asin(x); });
  if (name == "Exp") return arithmetic<1>(op, [](T x) { return std::exp(x); });
  if (name == "Log") return arithmetic<1>(op, [](T x) { return std::log(x); });
  if (name == "Sqrt") return arithmetic<1>(op, [](T x) { return std::sqrt(x); });
  if (name == "Add") return arithmetic<2>(op, [](T x, T y) { return x + y; });
  if (name == "Sub") return arithmetic<2>(op, [](T x, T y) { return x - y; });
  if (name == "Mul") return arithmetic<2>(op, [](T x, T y) { return x * y; });
  if (name == "Div") return arithmetic<2>(op, [](T x, T y) { return x / y; });
  if (name == "Max") return arithmetic<2>(op, [](T x, T y) { return extreme(x, y, x < y); });
  if (name == "Min") return arithmetic<2>(op, [](T x, T y) { return extreme(x, y, y < x); });
  if (name == "Less") return comparison(op, [](T x, T y) { return x < y; });
  if (name == "LessOrEqual") return comparison(op, [](T x, T y) { return x <= y; });
  if (name == "Greater") return comparison(op, [](T x, T y) { return x > y; });
  if (name == "GreaterOrEqual") return comparison(op, [](T x, T y) { return x >= y; });
  if (name == "Clip") return clip(op);
  if (name == "Where") return where(op);
  if (name == "Cast") return cast(op);
  return {};
}

template std::vector<Tensor<float>> evaluate_elementwise(const Operation<float>&);
template std::vector<Tensor<double>> evaluate_elementwise(const Operation<double>&);

}  // namespace fractalsync
