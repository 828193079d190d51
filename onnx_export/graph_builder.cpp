#include "onnx_export/graph_builder.h"

#include <bit>
#include <functional>
#include <numeric>

static_assert(std::endian::native == std::endian::little, "raw_data of a tensor is little-endian");

namespace fractalsync {
namespace {

void set_batch_shape(onnx::ValueInfoProto& value, const std::string& name, std::int64_t columns) {
  value.set_name(name);
  onnx::TypeProto::Tensor& type = *value.mutable_type()->mutable_tensor_type();
  type.set_elem_type(onnx::TensorProto::FLOAT);
  type.mutable_shape()->add_dim()->set_dim_param("batch");
  type.mutable_shape()->add_dim()->set_dim_value(columns);
}

template <class T>
void set_tensor(onnx::TensorProto& tensor, const std::string& name, onnx::TensorProto::DataType type,
                const std::vector<std::int64_t>& shape, View<const T> values) {
  FS_CHECK_EQ(std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>()), values.size());
  tensor.set_name(name);
  tensor.set_data_type(type);
  for (const std::int64_t dim : shape) tensor.add_dims(dim);
  tensor.set_raw_data(values.data(), static_cast<std::size_t>(values.size()) * sizeof(T));
}

void set_axis(onnx::NodeProto& node, std::int64_t axis) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name("axis");
  attribute.set_type(onnx::AttributeProto::INT);
  attribute.set_i(axis);
}

}  // namespace

std::string GraphBuilder::input(const std::string& name, std::int64_t columns) {
  set_batch_shape(*graph_.add_input(), name, columns);
  return name;
}

void GraphBuilder::output(const std::string& name, std::int64_t columns) {
  set_batch_shape(*graph_.add_output(), name, columns);
}

std::string GraphBuilder::constant(const std::string& name, const std::vector<std::int64_t>& shape,
                                   View<const float> values) {
  set_tensor(*graph_.add_initializer(), name, onnx::TensorProto::FLOAT, shape, values);
  return name;
}

std::string GraphBuilder::constant(const std::string& name, View<const std::int64_t> values) {
  set_tensor(*graph_.add_initializer(), name, onnx::TensorProto::INT64, {values.size()}, values);
  return name;
}

std::string GraphBuilder::scalar(const std::string& name, float value) { return constant(name, {}, {&value, 1}); }

onnx::NodeProto& GraphBuilder::add_node(const std::string& op, const std::string& name) {
  onnx::NodeProto& node = *graph_.add_node();
  node.set_op_type(op);
  node.set_name(name);
  return node;
}

std::string GraphBuilder::node(const std::string& op, const std::string& output,
                               std::initializer_list<std::string> inputs) {
  onnx::NodeProto& node = add_node(op, output);
  for (const std::string& name : inputs) node.add_input(name);
  node.add_output(output);
  return output;
}

std::vector<std::string> GraphBuilder::split_columns(const std::string& value, const std::vector<std::string>& outputs,
                                                     const std::vector<std::int64_t>& widths) {
  FS_CHECK_EQ(outputs.size(), widths.size());
  const std::string sizes = constant(value + ".widths", widths);
  onnx::NodeProto& node = add_node("Split", value + ".split");
  node.add_input(value);
  node.add_input(sizes);
  for (const std::string& name : outputs) node.add_output(name);
  set_axis(node, 1);
  return outputs;
}

std::string GraphBuilder::concat_columns(const std::string& output, const std::vector<std::string>& inputs) {
  onnx::NodeProto& node = add_node("Concat", output);
  for (const std::string& name : inputs) node.add_input(name);
  node.add_output(output);
  set_axis(node, 1);
  return output;
}

}  // namespace fractalsync
