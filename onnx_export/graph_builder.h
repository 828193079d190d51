// Puts an ONNX graph together, node by node. Internal to onnx_export: the only header that shows Protobuf classes.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "core/view.h"
#include "onnx/onnx.pb.h"

namespace fractalsync {

inline constexpr std::int64_t kOnnxIrVersion = 8;
inline constexpr std::int64_t kOnnxOpset = 17;

/// Appends to a graph that it does not own. Every call returns the name of the value it made, so that building reads
/// like the formula.
class GraphBuilder {
 public:
  explicit GraphBuilder(onnx::GraphProto& graph) : graph_(graph) {}

  /// A float32 input or output of shape [batch, columns], batch left open.
  std::string input(const std::string& name, std::int64_t columns);
  void output(const std::string& name, std::int64_t columns);

  /// Constants of the graph; the product of `shape` must be the number of values. An empty shape makes a scalar.
  std::string constant(const std::string& name, const std::vector<std::int64_t>& shape, View<const float> values);
  std::string constant(const std::string& name, View<const std::int64_t> values);
  std::string scalar(const std::string& name, float value);

  /// A node with one output, which is called `output`. The node takes the same name.
  std::string node(const std::string& op, const std::string& output, std::initializer_list<std::string> inputs);

  /// Columns of `value` cut into consecutive parts of these widths, and joined again.
  std::vector<std::string> split_columns(const std::string& value, const std::vector<std::string>& outputs,
                                         const std::vector<std::int64_t>& widths);
  std::string concat_columns(const std::string& output, const std::vector<std::string>& inputs);

 private:
  onnx::NodeProto& add_node(const std::string& op, const std::string& name);

  onnx::GraphProto& graph_;
};

}  // namespace fractalsync
