// Reads a model file back: what verification evaluates, and what the server asks of an uploaded file. The file may be
// anything; whatever comes out is consistent in itself (every tensor holds as many values as its shape says).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fractalsync {

/// A constant: float32, or int64 when `integral`; the other list is empty. An empty shape is a scalar.
struct OnnxTensor {
  std::vector<std::int64_t> shape;
  bool integral = false;
  std::vector<float> floats;
  std::vector<std::int64_t> integers;
};

struct OnnxNode {
  std::string op;
  std::vector<std::string> inputs, outputs;
  std::map<std::string, std::int64_t> attributes;          ///< those that are one integer
  std::map<std::string, std::vector<std::int64_t>> lists;  ///< those that are several
};

/// A float32 input or output of the graph; a dimension left open is -1.
struct OnnxValue {
  std::string name;
  std::vector<std::int64_t> shape;
};

struct OnnxModel {
  std::int64_t ir_version = 0;
  std::int64_t opset = 0;
  std::map<std::string, std::string> metadata;
  std::vector<OnnxValue> inputs, outputs;
  std::map<std::string, OnnxTensor> constants;
  std::vector<OnnxNode> nodes;
};

/// Throws Error when `bytes` is not an ONNX model made of the parts above (other element types, attributes that are not
/// integers or lists of them, sparse or external tensors, foreign operator sets and functions are refused).
OnnxModel read_model(std::string_view bytes);

}  // namespace fractalsync
