// Puts an ONNX graph together, node by node. Internal to onnx_export, as are all headers that show Protobuf classes.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "core/view.h"
#include "onnx/onnx.pb.h"

namespace fractalsync {

/// Appends to a graph that it does not own. Every call returns the name of the value it made, so that building reads
/// like the formula. A node takes the name of its (first) output; constants that belong to one node take its name and
/// their role's.
class GraphBuilder {
 public:
  explicit GraphBuilder(onnx::GraphProto& graph) : graph_(graph) {}

  /// A float32 input or output. A dimension of -1 is left open and called "batch".
  std::string input(const std::string& name, const std::vector<std::int64_t>& shape);
  void output(const std::string& name, const std::vector<std::int64_t>& shape);

  /// Constants of the graph; the product of `shape` must be the number of values. An empty shape makes a scalar.
  std::string constant(const std::string& name, const std::vector<std::int64_t>& shape, View<const float> values);
  std::string constant(const std::string& name, View<const std::int64_t> values);
  std::string scalar(const std::string& name, float value);

  /// A node without attributes and with one output, which is called `output`.
  std::string node(const std::string& op, const std::string& output, std::initializer_list<std::string> inputs);

  /// `value` cut along `axis` into consecutive parts of these sizes, and parts joined again.
  std::vector<std::string> split(const std::string& value, int axis, const std::vector<std::string>& outputs,
                                 const std::vector<std::int64_t>& sizes);
  std::string concat(const std::string& output, int axis, const std::vector<std::string>& inputs);

  /// Places [first, first + count) along `axis`.
  std::string slice(const std::string& output, const std::string& value, int axis, std::int64_t first,
                    std::int64_t count);
  std::string reshape(const std::string& output, const std::string& value, const std::vector<std::int64_t>& shape);
  std::string transpose(const std::string& output, const std::string& value,
                        const std::vector<std::int64_t>& permutation);
  /// The places of `value` along `axis` that `indices` (int64, one dimension) names.
  std::string gather(const std::string& output, const std::string& value, int axis, const std::string& indices);
  /// The axis stays, with one place.
  std::string sum(const std::string& output, const std::string& value, int axis);
  /// Inclusive, from the first place on.
  std::string cumulative_sum(const std::string& output, const std::string& value, int axis);
  std::string to_float(const std::string& output, const std::string& value);
  std::string to_int64(const std::string& output, const std::string& value);

 private:
  onnx::NodeProto& add_node(const std::string& op, std::initializer_list<std::string> inputs,
                            const std::string& output);
  std::string cast(const std::string& output, const std::string& value, onnx::TensorProto::DataType type);

  onnx::GraphProto& graph_;
};

/// first, first + 1, ...: `count` numbers, for a constant. Exact below 2^24.
std::vector<float> counting(int first, int count);

}  // namespace fractalsync
