#include "onnx_export/evaluate/evaluate.h"

#include "core/check.h"
#include "onnx_export/evaluate/operators.h"

namespace fractalsync {
namespace {

constexpr std::int64_t kMostInAll = std::int64_t{1} << 26;  // elements of all values of one run

/// -1 stands for any size.
void require_shape(const OnnxValue& declared, const std::vector<std::int64_t>& shape) {
  bool fits = declared.shape.size() == shape.size();
  for (std::size_t d = 0; fits && d < shape.size(); ++d)
    fits = declared.shape[d] == -1 || declared.shape[d] == shape[d];
  if (!fits) fail_evaluation(declared.name, "has another shape");
}

/// The values computed so far in one run.
template <class T>
class Run {
 public:
  explicit Run(const NamedTensors<T>& constants) : constants_(constants) {}

  void add(const std::string& name, Tensor<T> value) {
    if (constants_.contains(name) || values_.contains(name)) fail_evaluation(name, "is computed twice");
    elements_ += value.size();
    if (elements_ > kMostInAll) fail_evaluation(name, "is one value too many");
    values_.emplace(name, std::move(value));
  }

  const Tensor<T>& at(const std::string& name) const {
    if (const auto value = values_.find(name); value != values_.end()) return value->second;
    if (const auto value = constants_.find(name); value != constants_.end()) return value->second;
    fail_evaluation(name, "is used before it is computed");
  }

  void step(const OnnxNode& node) {
    Operation<T> op{node, {}};
    for (const std::string& name : node.inputs) op.inputs.push_back(&at(name));
    std::vector<Tensor<T>> outputs = evaluate_elementwise(op);
    if (outputs.empty()) outputs = evaluate_arrangement(op);
    if (outputs.empty()) outputs = evaluate_sum(op);
    if (outputs.empty()) fail_evaluation(node.op, "is not known here");
    require_of(node, outputs.size() == node.outputs.size(), "has other outputs than expected");
    for (std::size_t i = 0; i < outputs.size(); ++i) add(node.outputs[i], std::move(outputs[i]));
  }

 private:
  const NamedTensors<T>& constants_;
  NamedTensors<T> values_;
  std::int64_t elements_ = 0;
};

}  // namespace

template <class T>
GraphEvaluator<T>::GraphEvaluator(const OnnxModel& model) : model_(model) {
  for (const auto& [name, tensor] : model.constants) {
    Tensor<T>& constant = constants_[name];
    constant.shape = tensor.shape;
    constant.kind = tensor.integral ? ElementKind::integer : ElementKind::real;
    constant.values.assign(tensor.floats.begin(), tensor.floats.end());
    for (const std::int64_t integer : tensor.integers) {
      if (integer < -kLargestInteger || integer > kLargestInteger) fail_evaluation(name, "holds too large a number");
      constant.values.push_back(static_cast<T>(integer));
    }
  }
}

template <class T>
NamedTensors<T> GraphEvaluator<T>::run(const NamedTensors<T>& inputs, const std::function<bool()>& go_on) const {
  Run<T> run(constants_);
  if (inputs.size() != model_.inputs.size()) fail_evaluation("the graph", "has another number of inputs");
  for (const OnnxValue& declared : model_.inputs) {
    const auto given = inputs.find(declared.name);
    if (given == inputs.end()) fail_evaluation(declared.name, "is not given");
    require_shape(declared, given->second.shape);
    run.add(declared.name, given->second);
  }
  for (const OnnxNode& node : model_.nodes) {
    if (go_on && !go_on()) fail_evaluation("the graph", "takes too long");
    run.step(node);
  }
  NamedTensors<T> outputs;
  for (const OnnxValue& declared : model_.outputs) {
    const Tensor<T>& value = run.at(declared.name);
    require_shape(declared, value.shape);
    if (value.kind != ElementKind::real) fail_evaluation(declared.name, "is not a float32 tensor");
    outputs.emplace(declared.name, value);
  }
  return outputs;
}

template class GraphEvaluator<float>;
template class GraphEvaluator<double>;

template <class T>
std::vector<T> evaluate_model(const OnnxModel& model, Matrix<const float> input) {
  if (model.inputs.size() != 1 || model.outputs.size() != 1)
    fail_evaluation("the graph", "has not one input and one output");
  Tensor<T> rows{{input.rows(), input.cols()}, {}};
  for (std::int64_t r = 0; r < input.rows(); ++r)
    rows.values.insert(rows.values.end(), input.row(r), input.row(r) + input.cols());
  NamedTensors<T> outputs = GraphEvaluator<T>(model).run({{model.inputs[0].name, std::move(rows)}});
  Tensor<T>& output = outputs.begin()->second;
  if (output.shape.size() != 2 || output.shape[0] != input.rows())
    fail_evaluation(model.outputs[0].name, "has another shape");
  return std::move(output.values);
}

template std::vector<float> evaluate_model<float>(const OnnxModel&, Matrix<const float>);
template std::vector<double> evaluate_model<double>(const OnnxModel&, Matrix<const float>);

}  // namespace fractalsync
