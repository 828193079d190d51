#include "onnx_export/evaluate/operators.h"

#include "core/check.h"

namespace fractalsync {
namespace {

constexpr std::int64_t kMostElements = std::int64_t{1} << 24;  // of one value: bounds what a file can make us allocate

}  // namespace

void fail_evaluation(const std::string& name, const std::string& why) {
  throw Error("the ONNX model cannot be evaluated: '" + name + "' " + why);
}

void require_of(const OnnxNode& node, bool condition, const char* what) {
  if (!condition) fail_evaluation(node.outputs.empty() ? node.op : node.outputs[0], what);
}

std::int64_t element_count(const OnnxNode& node, const std::vector<std::int64_t>& shape) {
  std::int64_t count = 1;
  for (const std::int64_t size : shape) {
    require_of(node, size >= 0 && (size == 0 || count <= kMostElements / size), "is too large");
    count *= size;
  }
  return count;
}

std::int64_t only_attribute(const OnnxNode& node, const char* name) {
  require_of(node, node.attributes.size() == 1 && node.lists.empty() && node.attributes.begin()->first == name,
             "has other attributes than expected");
  return node.attributes.begin()->second;
}

std::size_t only_axis(const OnnxNode& node, std::size_t rank) {
  const std::int64_t axis = only_attribute(node, "axis");
  require_of(node, axis >= 0 && axis < static_cast<std::int64_t>(rank), "has an axis that its input lacks");
  return static_cast<std::size_t>(axis);
}

AxisSplit split_at(const std::vector<std::int64_t>& shape, std::size_t axis) {
  AxisSplit split;
  for (std::size_t d = 0; d < shape.size(); ++d)
    (d < axis ? split.outer : d == axis ? split.along : split.inner) *= shape[d];
  return split;
}

}  // namespace fractalsync
