#include "onnx_export/evaluate.h"

#include <cmath>
#include <utility>

#include "core/check.h"

namespace fractalsync {
namespace {

constexpr std::int64_t kMostColumns = 1 << 16;  // bounds what a hostile file can make us allocate

/// The values computed so far: matrices [rows, columns], all with the batch's rows.
template <class T>
class Evaluator {
 public:
  Evaluator(const OnnxModel& model, Matrix<const float> input) : model_(model), rows_(input.rows()) {
    if (model.inputs.size() != 1 || model.outputs.size() != 1) fail("the graph", "has not one input and one output");
    const OnnxValue& value = model.inputs[0];
    if (value.shape != std::vector<std::int64_t>{-1, input.cols()}) fail(value.name, "has another shape");
    std::vector<T>& values = add(value.name, input.cols()).values;
    for (std::int64_t r = 0; r < rows_; ++r)
      for (std::int64_t c = 0; c < input.cols(); ++c) values[r * input.cols() + c] = T(input(r, c));
  }

  std::vector<T> run() {
    for (const OnnxNode& node : model_.nodes) step(node);
    const OnnxValue& output = model_.outputs[0];
    const Value& value = at(output.name);
    if (output.shape != std::vector<std::int64_t>{-1, value.columns}) fail(output.name, "has another shape");
    return value.values;
  }

 private:
  struct Value {
    std::int64_t columns = 0;
    std::vector<T> values;
  };

  [[noreturn]] static void fail(const std::string& name, const std::string& why) {
    throw Error("the ONNX model cannot be evaluated: '" + name + "' " + why);
  }

  const Value& at(const std::string& name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) fail(name, "is used before it is computed");
    return found->second;
  }
  const OnnxTensor& constant(const std::string& name) const {
    const auto found = model_.constants.find(name);
    if (found == model_.constants.end()) fail(name, "is not a constant");
    return found->second;
  }
  float scalar(const std::string& name) const {
    const OnnxTensor& tensor = constant(name);
    if (!tensor.shape.empty() || tensor.floats.size() != 1) fail(name, "is not one number");
    return tensor.floats[0];
  }

  Value& add(const std::string& name, std::int64_t columns) {
    const auto [place, is_new] = values_.try_emplace(name);
    if (!is_new || model_.constants.contains(name)) fail(name, "is computed twice");
    if (columns > kMostColumns) fail(name, "is too wide");
    place->second.columns = columns;
    place->second.values.resize(static_cast<std::size_t>(rows_ * columns));
    return place->second;
  }

  void step(const OnnxNode& node) {
    const auto has = [&](const char* op, std::size_t inputs) {
      if (node.op != op) return false;
      if (node.inputs.size() != inputs || node.outputs.size() != 1 || !node.attributes.empty())
        fail(node.op, "has other inputs, outputs or attributes than expected");
      return true;
    };
    if (has("Gemm", 3)) return gemm(node);
    if (has("Clip", 3)) {
      const T low = T(scalar(node.inputs[1])), high = T(scalar(node.inputs[2]));
      return unary(node, [=](T x) { return x < low ? low : x > high ? high : x; });
    }
    if (has("Relu", 1)) return unary(node, [](T x) { return x < 0 ? T(0) : x; });
    if (has("Tanh", 1)) return unary(node, [](T x) { return std::tanh(x); });
    if (has("Exp", 1)) return unary(node, [](T x) { return std::exp(x); });
    if (has("Sigmoid", 1)) return unary(node, [](T x) { return T(1) / (T(1) + std::exp(-x)); });
    if (has("Sub", 2)) return binary(node, [](T x, T y) { return x - y; });
    if (has("Mul", 2)) return binary(node, [](T x, T y) { return x * y; });
    if (has("Div", 2)) return binary(node, [](T x, T y) { return x / y; });
    if (node.attributes != std::map<std::string, std::int64_t>{{"axis", 1}}) fail(node.op, "is not known here");
    if (node.op == "Split") return split(node);
    if (node.op == "Concat") return concat(node);
    fail(node.op, "is not known here");
  }

  template <class F>
  void unary(const OnnxNode& node, F f) {
    const Value& in = at(node.inputs[0]);
    std::vector<T>& out = add(node.outputs[0], in.columns).values;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = f(in.values[i]);
  }

  /// The right operand is a constant: one number, or one per column.
  template <class F>
  void binary(const OnnxNode& node, F f) {
    const Value& in = at(node.inputs[0]);
    const OnnxTensor& right = constant(node.inputs[1]);
    const bool per_column = right.shape == std::vector<std::int64_t>{in.columns};
    if ((!per_column && !right.shape.empty()) || !right.integers.empty()) fail(node.inputs[1], "has another shape");
    std::vector<T>& out = add(node.outputs[0], in.columns).values;
    for (std::int64_t r = 0; r < rows_; ++r)
      for (std::int64_t c = 0; c < in.columns; ++c)
        out[r * in.columns + c] = f(in.values[r * in.columns + c], T(right.floats[per_column ? c : 0]));
  }

  /// x [rows, k] times w [k, n], plus b [n].
  void gemm(const OnnxNode& node) {
    const Value& x = at(node.inputs[0]);
    const OnnxTensor &w = constant(node.inputs[1]), &b = constant(node.inputs[2]);
    if (w.shape.size() != 2 || w.shape[0] != x.columns || b.shape != std::vector<std::int64_t>{w.shape[1]} ||
        !w.integers.empty() || !b.integers.empty())
      fail(node.inputs[1], "has another shape");
    const std::int64_t n = w.shape[1];
    std::vector<T>& y = add(node.outputs[0], n).values;
    for (std::int64_t r = 0; r < rows_; ++r) {
      T* row = y.data() + r * n;
      for (std::int64_t k = 0; k < x.columns; ++k)
        for (std::int64_t c = 0; c < n; ++c) row[c] += x.values[r * x.columns + k] * T(w.floats[k * n + c]);
      for (std::int64_t c = 0; c < n; ++c) row[c] += T(b.floats[c]);
    }
  }

  void split(const OnnxNode& node) {
    if (node.inputs.size() != 2) fail("Split", "has other inputs than expected");
    const Value& in = at(node.inputs[0]);
    const std::vector<std::int64_t>& widths = constant(node.inputs[1]).integers;
    if (widths.size() != node.outputs.size()) fail("Split", "has other widths than outputs");
    std::int64_t first = 0;
    for (std::size_t part = 0; part < widths.size(); ++part) {
      if (widths[part] < 0 || widths[part] > in.columns - first) fail("Split", "is wider than its input");
      Value& out = add(node.outputs[part], widths[part]);
      copy_columns(in, first, out, 0, widths[part]);
      first += widths[part];
    }
    if (first != in.columns) fail("Split", "is narrower than its input");
  }

  void concat(const OnnxNode& node) {
    if (node.outputs.size() != 1) fail("Concat", "has other outputs than expected");
    std::int64_t columns = 0;
    for (const std::string& name : node.inputs) columns += at(name).columns;
    Value& out = add(node.outputs[0], columns);
    std::int64_t first = 0;
    for (const std::string& name : node.inputs) {
      // Adding the output has not moved the inputs, but it may be one of them.
      const Value& in = at(name);
      if (&in == &out) fail(name, "is its own input");
      copy_columns(in, 0, out, first, in.columns);
      first += in.columns;
    }
  }

  void copy_columns(const Value& from, std::int64_t from_first, Value& to, std::int64_t to_first, std::int64_t count) {
    for (std::int64_t r = 0; r < rows_; ++r)
      for (std::int64_t c = 0; c < count; ++c)
        to.values[r * to.columns + to_first + c] = from.values[r * from.columns + from_first + c];
  }

  const OnnxModel& model_;
  std::int64_t rows_ = 0;
  std::map<std::string, Value> values_;
};

}  // namespace

template <class T>
std::vector<T> evaluate_model(const OnnxModel& model, Matrix<const float> input) {
  return Evaluator<T>(model, input).run();
}

template std::vector<float> evaluate_model<float>(const OnnxModel&, Matrix<const float>);
template std::vector<double> evaluate_model<double>(const OnnxModel&, Matrix<const float>);

}  // namespace fractalsync
