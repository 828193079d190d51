// Operators that add elements up: products of matrices, and sums along an axis.
#include "onnx_export/evaluate/operators.h"

namespace fractalsync {
namespace {

constexpr std::int64_t kMostProducts = std::int64_t{1} << 30;  // of one node: bounds the time that a file can take

/// y [rows, n] += x [rows, k] w [k, n]
template <class T>
void add_product(const T* x, const T* w, T* y, std::int64_t rows, std::int64_t k, std::int64_t n) {
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t i = 0; i < k; ++i)
      for (std::int64_t c = 0; c < n; ++c) y[r * n + c] += x[r * k + i] * w[i * n + c];
}

template <class T>
void require_little_work(const Operation<T>& op, const Tensor<T>& out, std::int64_t k) {
  require_of(op.node, k == 0 || out.size() <= kMostProducts / k, "takes too many multiplications");
}

/// Stacks of matrices [..., rows, k] times [..., k, n]; one of the two may be a single matrix.
template <class T>
std::vector<Tensor<T>> matmul(const Operation<T>& op) {
  require_plain(op, 2);
  const Tensor<T>&x = op.input(0), &w = op.input(1);
  const std::size_t x_rank = x.shape.size(), w_rank = w.shape.size();
  require_of(op.node, x_rank >= 2 && x_rank <= 3 && w_rank >= 2 && w_rank <= 3 && x_rank + w_rank < 6,
             "multiplies other shapes than expected");
  const std::int64_t rows = x.shape[x_rank - 2], k = x.shape[x_rank - 1], n = w.shape[w_rank - 1];
  require_of(op.node, w.shape[w_rank - 2] == k, "multiplies matrices that do not fit");
  std::vector<std::int64_t> shape = {rows, n};
  const std::int64_t count = x_rank == 3 ? x.shape[0] : w_rank == 3 ? w.shape[0] : 1;
  if (x_rank == 3 || w_rank == 3) shape.insert(shape.begin(), count);
  Tensor<T> out = make_tensor<T>(op.node, shape);
  require_little_work(op, out, k);
  for (std::int64_t i = 0; i < count; ++i)
    add_product(x.values.data() + (x_rank == 3 ? i * rows * k : 0), w.values.data() + (w_rank == 3 ? i * k * n : 0),
                out.values.data() + i * rows * n, rows, k, n);
  return only_output(std::move(out));
}

/// x [rows, k] times w [k, n], plus b [n].
template <class T>
std::vector<Tensor<T>> gemm(const Operation<T>& op) {
  require_plain(op, 3);
  const Tensor<T>&x = op.input(0), &w = op.input(1), &b = op.input(2);
  require_of(op.node,
             x.shape.size() == 2 && w.shape.size() == 2 && x.shape[1] == w.shape[0] &&
                 b.shape == std::vector<std::int64_t>{w.shape[1]},
             "multiplies matrices that do not fit");
  const std::int64_t rows = x.shape[0], n = w.shape[1];
  Tensor<T> out = make_tensor<T>(op.node, {rows, n});
  require_little_work(op, out, x.shape[1]);
  add_product(x.values.data(), w.values.data(), out.values.data(), rows, x.shape[1], n);
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < n; ++c) out.values[r * n + c] += b.values[c];
  return only_output(std::move(out));
}

/// Along one axis. `running`: every partial sum is kept, else only the last.
template <class T>
std::vector<Tensor<T>> sum_along(const Operation<T>& op, bool running) {
  const Tensor<T>& in = op.input(0);
  const std::int64_t axis = integer_input(op, 1);
  require_of(op.node, in.kind == ElementKind::real && axis >= 0 && axis < static_cast<std::int64_t>(in.shape.size()),
             "sums along an axis that its input lacks");
  const auto along = static_cast<std::size_t>(axis);
  const AxisSplit split = split_at(in.shape, along);
  std::vector<std::int64_t> shape = in.shape;
  if (!running) shape[along] = 1;
  Tensor<T> out = make_tensor<T>(op.node, shape);
  for (std::int64_t o = 0; o < split.outer; ++o) {
    for (std::int64_t n = 0; n < split.inner; ++n) {
      T sum = 0;
      for (std::int64_t i = 0; i < split.along; ++i) {
        const std::int64_t at = (o * split.along + i) * split.inner + n;
        sum += in.values[static_cast<std::size_t>(at)];
        if (running) out.values[static_cast<std::size_t>(at)] = sum;
      }
      if (!running) out.values[static_cast<std::size_t>(o * split.inner + n)] = sum;
    }
  }
  return only_output(std::move(out));
}

template <class T>
std::vector<Tensor<T>> reduce_sum(const Operation<T>& op) {
  require_of(op.node, op.inputs.size() == 2 && op.node.outputs.size() == 1 && only_attribute(op.node, "keepdims") == 1,
             "has other inputs, outputs or attributes than expected");
  return sum_along(op, false);
}

template <class T>
std::vector<Tensor<T>> cumulative_sum(const Operation<T>& op) {
  require_of(
      op.node,
      op.inputs.size() == 2 && op.node.outputs.size() == 1 && op.node.attributes.empty() && op.node.lists.empty(),
      "has other inputs, outputs or attributes than expected");
  return sum_along(op, true);
}

}  // namespace

template <class T>
std::vector<Tensor<T>> evaluate_sum(const Operation<T>& op) {
  const std::string& name = op.node.op;
  if (name == "MatMul") return matmul(op);
  if (name == "Gemm") return gemm(op);
  if (name == "ReduceSum") return reduce_sum(op);
  if (name == "CumSum") return cumulative_sum(op);
  return {};
}

template std::vector<Tensor<float>> evaluate_sum(const Operation<float>&);
template std::vector<Tensor<double>> evaluate_sum(const Operation<double>&);

}  // namespace fractalsync
