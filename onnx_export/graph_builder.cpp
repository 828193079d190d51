#include "onnx_export/graph_builder.h"

#include <bit>
#include <functional>
#include <numeric>

static_assert(std::endian::native == std::endian::little, "raw_data of a tensor is little-endian");

namespace fractalsync {
namespace {

void set_value(onnx::ValueInfoProto& value, const std::string& name, const std::vector<std::int64_t>& shape) {
  value.set_name(name);
  onnx::TypeProto::Tensor& type = *value.mutable_type()->mutable_tensor_type();
  type.set_elem_type(onnx::TensorProto::FLOAT);
  for (const std::int64_t size : shape) {
    onnx::TensorShapeProto::Dimension& dim = *type.mutable_shape()->add_dim();
    if (size < 0)
      dim.set_dim_param("batch");
    else
      dim.set_dim_value(size);
  }
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

onnx::AttributeProto& add_attribute(onnx::NodeProto& node, const char* name, onnx::AttributeProto::AttributeType type) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(type);
  return attribute;
}

void set_integer(onnx::NodeProto& node, const char* name, std::int64_t value) {
  add_attribute(node, name, onnx::AttributeProto::INT).set_i(value);
}

}  // namespace

std::string GraphBuilder::input(const std::string& name, const std::vector<std::int64_t>& shape) {
  set_value(*graph_.add_input(), name, shape);
  return name;
}

void GraphBuilder::output(const std::string& name, const std::vector<std::int64_t>& shape) {
  set_value(*graph_.add_output(), name, shape);
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

onnx::NodeProto& GraphBuilder::add_node(const std::string& op, std::initializer_list<std::string> inputs,
                                        const std::string& output) {
  onnx::NodeProto& node = *graph_.add_node();
  node.set_op_type(op);
  node.set_name(output);
  for (const std::string& name : inputs) node.add_input(name);
  node.add_output(output);
  return node;
}

std::string GraphBuilder::node(const std::string& op, const std::string& output,
                               std::initializer_list<std::string> inputs) {
  add_node(op, inputs, output);
  return output;
}

std::vector<std::string> GraphBuilder::split(const std::string& value, int axis,
                                             const std::vector<std::string>& outputs,
                                             const std::vector<std::int64_t>& sizes) {
  FS_CHECK(!outputs.empty());
  FS_CHECK_EQ(outputs.size(), sizes.size());
  onnx::NodeProto& node = add_node("Split", {value, constant(outputs[0] + ".sizes", sizes)}, outputs[0]);
  for (std::size_t i = 1; i < outputs.size(); ++i) node.add_output(outputs[i]);
  set_integer(node, "axis", axis);
  return outputs;
}

std::string GraphBuilder::concat(const std::string& output, int axis, const std::vector<std::string>& inputs) {
  onnx::NodeProto& node = add_node("Concat", {}, output);
  for (const std::string& name : inputs) node.add_input(name);
  set_integer(node, "axis", axis);
  return output;
}

std::string GraphBuilder::slice(const std::string& output, const std::string& value, int axis, std::int64_t first,
                                std::int64_t count) {
  const std::int64_t end = first + count, along = axis;
  return node("Slice", output,
              {value, constant(output + ".first", {&first, 1}), constant(output + ".end", {&end, 1}),
               constant(output + ".axis", {&along, 1})});
}

std::string GraphBuilder::reshape(const std::string& output, const std::string& value,
                                  const std::vector<std::int64_t>& shape) {
  return node("Reshape", output, {value, constant(output + ".shape", shape)});
}

std::string GraphBuilder::transpose(const std::string& output, const std::string& value,
                                    const std::vector<std::int64_t>& permutation) {
  onnx::AttributeProto& attribute =
      add_attribute(add_node("Transpose", {value}, output), "perm", onnx::AttributeProto::INTS);
  for (const std::int64_t axis : permutation) attribute.add_ints(axis);
  return output;
}

std::string GraphBuilder::gather(const std::string& output, const std::string& value, int axis,
                                 const std::string& indices) {
  set_integer(add_node("Gather", {value, indices}, output), "axis", axis);
  return output;
}

std::string GraphBuilder::sum(const std::string& output, const std::string& value, int axis) {
  const std::int64_t along = axis;
  set_integer(add_node("ReduceSum", {value, constant(output + ".axis", {&along, 1})}, output), "keepdims", 1);
  return output;
}

std::string GraphBuilder::cumulative_sum(const std::string& output, const std::string& value, int axis) {
  const std::int64_t along = axis;
  const std::string name = output + ".axis";
  set_tensor<std::int64_t>(*graph_.add_initializer(), name, onnx::TensorProto::INT64, {}, {&along, 1});
  return node("CumSum", output, {value, name});
}

std::string GraphBuilder::cast(const std::string& output, const std::string& value, onnx::TensorProto::DataType type) {
  set_integer(add_node("Cast", {value}, output), "to", type);
  return output;
}

std::string GraphBuilder::to_float(const std::string& output, const std::string& value) {
  return cast(output, value, onnx::TensorProto::FLOAT);
}

std::string GraphBuilder::to_int64(const std::string& output, const std::string& value) {
  return cast(output, value, onnx::TensorProto::INT64);
}

std::vector<float> counting(int first, int count) {
  std::vector<float> numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), static_cast<float>(first));
  return numbers;
}

}  // namespace fractalsync
