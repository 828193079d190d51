#include "onnx_export/reader.h"

#include <bit>
#include <cstring>

#include "core/check.h"
#include "onnx/onnx.pb.h"

static_assert(std::endian::native == std::endian::little, "raw_data of a tensor is little-endian");

namespace fractalsync {
namespace {

constexpr std::size_t kLargestFile = std::size_t{256} << 20;

[[noreturn]] void refuse(const std::string& why) { throw Error("not a usable ONNX model: " + why); }

template <class T>
std::vector<T> raw_values(const onnx::TensorProto& tensor, std::int64_t count) {
  if (tensor.raw_data().size() != static_cast<std::size_t>(count) * sizeof(T))
    refuse("tensor '" + tensor.name() + "' does not hold as many values as its shape says");
  std::vector<T> values(static_cast<std::size_t>(count));
  if (count > 0) std::memcpy(values.data(), tensor.raw_data().data(), tensor.raw_data().size());
  return values;
}

OnnxTensor read_tensor(const onnx::TensorProto& tensor) {
  if (tensor.data_location() != onnx::TensorProto::DEFAULT || tensor.external_data_size() > 0 || tensor.has_segment())
    refuse("tensor '" + tensor.name() + "' is not stored in the file itself");
  OnnxTensor result;
  std::int64_t count = 1;
  for (const std::int64_t dim : tensor.dims()) {
    if (dim < 0 || (dim > 0 && count > static_cast<std::int64_t>(kLargestFile) / dim))
      refuse("tensor '" + tensor.name() + "' has an impossible shape");
    result.shape.push_back(dim);
    count *= dim;
  }
  if (tensor.data_type() == onnx::TensorProto::FLOAT)
    result.floats = raw_values<float>(tensor, count);
  else if ((result.integral = tensor.data_type() == onnx::TensorProto::INT64))
    result.integers = raw_values<std::int64_t>(tensor, count);
  else
    refuse("tensor '" + tensor.name() + "' is neither float32 nor int64");
  return result;
}

OnnxNode read_node(const onnx::NodeProto& node) {
  if (!node.domain().empty()) refuse("operator '" + node.op_type() + "' is not one of ONNX's own");
  OnnxNode result{.op = node.op_type(),
                  .inputs = {node.input().begin(), node.input().end()},
                  .outputs = {node.output().begin(), node.output().end()},
                  .attributes = {},
                  .lists = {}};
  for (const onnx::AttributeProto& attribute : node.attribute()) {
    const std::string& name = attribute.name();
    const bool single = attribute.type() == onnx::AttributeProto::INT;
    if ((!single && attribute.type() != onnx::AttributeProto::INTS) || !attribute.ref_attr_name().empty())
      refuse("attribute '" + name + "' of '" + node.op_type() + "' is not an integer or a list of integers");
    if (result.attributes.contains(name) || result.lists.contains(name))
      refuse("attribute '" + name + "' of '" + node.op_type() + "' is there twice");
    if (single)
      result.attributes[name] = attribute.i();
    else
      result.lists[name].assign(attribute.ints().begin(), attribute.ints().end());
  }
  return result;
}

OnnxValue read_value(const onnx::ValueInfoProto& value) {
  if (!value.type().has_tensor_type() || value.type().tensor_type().elem_type() != onnx::TensorProto::FLOAT)
    refuse("'" + value.name() + "' is not a float32 tensor");
  OnnxValue result{.name = value.name(), .shape = {}};
  for (const auto& dim : value.type().tensor_type().shape().dim()) {
    if (dim.has_dim_value() && dim.dim_value() < 0) refuse("'" + value.name() + "' has an impossible shape");
    result.shape.push_back(dim.has_dim_value() ? dim.dim_value() : -1);
  }
  return result;
}

}  // namespace

OnnxModel read_model(std::string_view bytes) {
  if (bytes.size() > kLargestFile) refuse("it is larger than 256 MB");
  onnx::ModelProto proto;
  if (!proto.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || !proto.has_graph())
    refuse("it cannot be parsed");
  const onnx::GraphProto& graph = proto.graph();
  if (proto.opset_import_size() != 1 || !proto.opset_import(0).domain().empty())
    refuse("it needs operators that are not ONNX's own");
  if (proto.functions_size() > 0 || graph.sparse_initializer_size() > 0) refuse("it holds functions or sparse tensors");
  OnnxModel model;
  model.ir_version = proto.ir_version();
  model.opset = proto.opset_import(0).version();
  for (const auto& entry : proto.metadata_props()) model.metadata[entry.key()] = entry.value();
  for (const auto& value : graph.input()) model.inputs.push_back(read_value(value));
  for (const auto& value : graph.output()) model.outputs.push_back(read_value(value));
  for (const auto& tensor : graph.initializer()) {
    if (!model.constants.emplace(tensor.name(), read_tensor(tensor)).second)
      refuse("tensor '" + tensor.name() + "' is there twice");
  }
  for (const auto& node : graph.node()) model.nodes.push_back(read_node(node));
  return model;
}

}  // namespace fractalsync
