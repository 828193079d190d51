// Stage 2: the network. Windows of features in, seven logits per window out.
//
//   Linear -> [BatchNorm1d] -> ReLU -> [Dropout]   for each hidden layer (the last hidden layer has neither
//   Linear                                          BatchNorm nor dropout, as in the original), then Linear.
//
// The list of parameters (name, shape, offset) is written once, here, in MlpLayout; initialisation, AdamW,
// checkpoint and ONNX all read it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/view.h"

namespace fractalsync {

inline constexpr int kOutputs = 7;         ///< logits per window
inline constexpr int kColumnPadding = 16;  ///< columns of every matrix are padded to a multiple of this

constexpr std::int64_t padded_columns(std::int64_t columns) {
  return (columns + kColumnPadding - 1) / kColumnPadding * kColumnPadding;
}

/// The widest layer that MlpLayout accepts.
inline constexpr int kLargestLayer = 1 << 16;

struct MlpSpec {
  int input = 60;  ///< features per window
  std::vector<int> hidden = {128, 256, 128, 64};
  bool batch_norm = false;  ///< after every hidden Linear layer but the last
  float dropout = 0;        ///< probability that a unit of those layers is dropped, [0, 1)

  bool operator==(const MlpSpec&) const = default;
};

inline constexpr float kBatchNormEpsilon = 1e-5f;
inline constexpr float kBatchNormMomentum = 0.1f;

/// One tensor of the flat parameter array (or of the flat array of running statistics). Element (r, c) is at
/// offset + r * stride + c. Elements in the padding are always 0.
struct TensorInfo {
  std::string name;
  std::int64_t rows = 0, cols = 0;
  std::int64_t offset = 0, stride = 0;
};

/// One Linear layer and what follows it. Weights are stored [in][out]; offsets are into the flat parameter
/// array, and running_* into the flat array of running statistics. -1: not there.
struct LayerInfo {
  int in = 0, out = 0;
  std::int64_t stride = 0;  ///< padded out
  std::int64_t weight = 0, bias = 0;
  std::int64_t gamma = -1, beta = -1;
  std::int64_t running_mean = -1, running_variance = -1;
  bool relu = false;
  bool dropout = false;

  bool batch_norm() const { return gamma >= 0; }
};

/// What one layer leaves on the tape, as offsets; -1: not there. Matrices are [rows, stride] of the layer.
struct LayerTape {
  std::int64_t activations = -1;  ///< the layer's output, after ReLU and dropout: a unit that is off is exactly 0
  std::int64_t linear = -1;       ///< with batch norm: what is normalised, [rows, stride]
  std::int64_t mean = -1;         ///< with batch norm: [stride]
  std::int64_t inverse_deviation = -1;  ///< with batch norm: 1 / sqrt(variance + epsilon), [stride]
};

/// Where everything lies in the flat arrays of one network. Parameters are named as PyTorch names those of a list of
/// layers: layers.0.weight, layers.0.bias, layers.0.norm.weight (gamma), layers.0.norm.bias (beta), ...; statistics
/// layers.0.norm.running_mean, layers.0.norm.running_var.
class MlpLayout {
 public:
  /// Throws Error for sizes outside [1, kLargestLayer] and for a dropout outside [0, 1).
  explicit MlpLayout(MlpSpec spec);

  const MlpSpec& spec() const { return spec_; }
  const std::vector<LayerInfo>& layers() const { return layers_; }
  const std::vector<TensorInfo>& parameters() const { return parameters_; }
  const std::vector<TensorInfo>& statistics() const { return statistics_; }
  std::int64_t parameter_size() const { return parameter_size_; }    ///< floats, padding included
  std::int64_t statistics_size() const { return statistics_size_; }  ///< floats, padding included
  std::int64_t trainable_count() const;                              ///< parameters, without padding

  /// Floats of tape that a forward pass over `rows` windows writes and the backward pass reads.
  std::int64_t tape_size(std::int64_t rows) const;
  /// Where one layer's part of that tape lies. The output layer leaves nothing.
  LayerTape tape(std::int64_t rows, std::size_t layer) const;

 private:
  std::int64_t add_parameter(const std::string& name, std::int64_t rows, std::int64_t cols);
  std::int64_t add_statistic(const std::string& name, std::int64_t cols);

  MlpSpec spec_;
  std::vector<LayerInfo> layers_;
  std::vector<TensorInfo> parameters_, statistics_;
  std::int64_t parameter_size_ = 0, statistics_size_ = 0;
};

/// A batch of windows read in place: window i of sequence q is the run of window * features floats that starts at
/// frames[(starts[q] + i) * features]. Rows of the batch are sequence-major: row = q * length + i.
struct WindowBatch {
  View<const float> frames;  ///< frame-major features, [frame, features]
  int features = 0;
  int window = 0;
  View<const std::int64_t> starts;  ///< first frame of each sequence
  int length = 0;                   ///< windows per sequence

  std::int64_t rows() const { return starts.size() * length; }
  int input() const { return features * window; }
};

enum class MlpMode { training, inference };

}  // namespace fractalsync
