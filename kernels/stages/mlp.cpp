// Where the network's arrays lie: the flat parameters, the running statistics and the tape.
#include "stages/mlp.h"

#include "core/check.h"

namespace fractalsync {
namespace {

std::int64_t append(std::vector<TensorInfo>& tensors, std::int64_t& size, const std::string& name,
                    std::int64_t rows, std::int64_t cols) {
  const TensorInfo tensor{name, rows, cols, size, padded_columns(cols)};
  size += tensor.rows * tensor.stride;
  tensors.push_back(tensor);
  return tensor.offset;
}

void check_spec(const MlpSpec& spec) {
  const auto usable = [](int size) { return size >= 1 && size <= kLargestLayer; };
  if (!usable(spec.input))
    throw Error(detail::concat("the network's input has ", spec.input, " features; give it 1 to ", kLargestLayer));
  for (const int size : spec.hidden)
    if (!usable(size))
      throw Error(detail::concat("a hidden layer of ", size, " units; give each layer 1 to ", kLargestLayer));
  if (!(spec.dropout >= 0 && spec.dropout < 1))
    throw Error(detail::concat("a dropout probability of ", spec.dropout, "; give one from 0 to below 1"));
}

/// Per hidden layer: activations, and with batch norm also linear, mean and inverse_deviation.
std::int64_t tape_floats(const LayerInfo& layer, std::int64_t rows) {
  return layer.stride * (layer.batch_norm() ? 2 * rows + 2 : rows);
}

}  // namespace

MlpLayout::MlpLayout(MlpSpec spec) : spec_(std::move(spec)) {
  check_spec(spec_);
  const std::size_t hidden = spec_.hidden.size();
  int in = spec_.input;
  for (std::size_t l = 0; l <= hidden; ++l) {
    const std::string name = "layers." + std::to_string(l);
    const bool regularised = l + 1 < hidden;  // batch norm and dropout spare the last hidden layer
    LayerInfo layer;
    layer.in = in;
    layer.out = l < hidden ? spec_.hidden[l] : kOutputs;
    layer.stride = padded_columns(layer.out);
    layer.weight = add_parameter(name + ".weight", layer.in, layer.out);
    layer.bias = add_parameter(name + ".bias", 1, layer.out);
    if (regularised && spec_.batch_norm) {
      layer.gamma = add_parameter(name + ".norm.weight", 1, layer.out);
      layer.beta = add_parameter(name + ".norm.bias", 1, layer.out);
      layer.running_mean = add_statistic(name + ".norm.running_mean", layer.out);
      layer.running_variance = add_statistic(name + ".norm.running_var", layer.out);
    }
    layer.relu = l < hidden;
    layer.dropout = regularised && spec_.dropout > 0;
    layers_.push_back(layer);
    in = layer.out;
  }
}

std::int64_t MlpLayout::add_parameter(const std::string& name, std::int64_t rows, std::int64_t cols) {
  return append(parameters_, parameter_size_, name, rows, cols);
}

std::int64_t MlpLayout::add_statistic(const std::string& name, std::int64_t cols) {
  return append(statistics_, statistics_size_, name, 1, cols);
}

std::int64_t MlpLayout::trainable_count() const {
  std::int64_t count = 0;
  for (const TensorInfo& tensor : parameters_) count += tensor.rows * tensor.cols;
  return count;
}

std::int64_t MlpLayout::tape_size(std::int64_t rows) const {
  std::int64_t size = 0;
  for (std::size_t l = 0; l + 1 < layers_.size(); ++l) size += tape_floats(layers_[l], rows);
  return size;
}

LayerTape MlpLayout::tape(std::int64_t rows, std::size_t layer) const {
  FS_CHECK(layer < layers_.size());
  LayerTape tape;
  if (layer + 1 == layers_.size()) return tape;
  std::int64_t offset = 0;
  for (std::size_t l = 0; l < layer; ++l) offset += tape_floats(layers_[l], rows);
  const std::int64_t stride = layers_[layer].stride;
  tape.activations = offset;
  if (layers_[layer].batch_norm()) {
    tape.linear = offset + stride * rows;
    tape.mean = offset + stride * 2 * rows;
    tape.inverse_deviation = tape.mean + stride;
  }
  return tape;
}

}  // namespace fractalsync
