// The network on the CPU: per layer one region of matrix-product blocks and, where there is batch norm or dropout, one
// of groups of sixteen units. Every block and group is computed whole by one task, so the thread count does not show.
#include <algorithm>

#include "cpu/cpu_backend.h"
#include "stages/mlp_checks.h"

namespace fractalsync::cpu {
namespace {

// A task's part of a product: whole tiles of every instruction set, and some ten microseconds of work.
constexpr std::int64_t kBlockRows = 24, kBlockColumns = 128;
constexpr std::int64_t kGroup = kColumnPadding;  // units that one task normalises
constexpr std::int64_t kFirstRow = 0;

/// The blocks of a product, counted down the columns.
struct Blocks {
  std::int64_t rows, columns;

  std::int64_t down() const { return (rows + kBlockRows - 1) / kBlockRows; }
  std::int64_t count() const { return down() * ((columns + kBlockColumns - 1) / kBlockColumns); }
  Block at(std::int64_t index) const {
    const std::int64_t row = index % down() * kBlockRows, column = index / down() * kBlockColumns;
    return {row, std::min(row + kBlockRows, rows), column, std::min(column + kBlockColumns, columns)};
  }
};

RowRuns matrix_rows(const float* data, std::int64_t stride, std::int64_t rows) {
  return {data, stride, &kFirstRow, rows};
}

RowRuns window_rows(const WindowBatch& windows) {
  return {windows.frames.data(), windows.features, windows.starts.data(), windows.length};
}

void check_starts(const WindowBatch& windows) {
  for (const std::int64_t start : windows.starts)
    FS_CHECK(start >= 0 && (start + windows.length - 1) * windows.features + windows.input() <= windows.frames.size());
}

/// What the steps of one pass over the layers share.
struct Pass {
  const CpuKernels& kernels;
  ThreadPool& pool;
  const MlpLayout& layout;
  std::int64_t rows;
  const float* parameters;

  UnitNorm norm(const LayerInfo& layer, const LayerTape& at, const float* tape, std::int64_t column) const {
    return {parameters + layer.gamma + column, parameters + layer.beta + column, tape + at.mean + column,
            tape + at.inverse_deviation + column};
  }
};

/// Batch norm with ReLU, and dropout, of the 16 units from `column` on.
void regularise(const Pass& pass, std::size_t l, MlpMode mode, const StepKey& key, float* statistics,
                float* tape, std::int64_t column) {
  const LayerInfo& layer = pass.layout.layers()[l];
  const LayerTape at = pass.layout.tape(pass.rows, l);
  const UnitKernels& units = *pass.kernels.units;
  const UnitShape shape{pass.rows, layer.stride};
  float* const activations = tape + at.activations + column;
  if (layer.batch_norm()) {
    const float* const linear = tape + at.linear + column;
    float* const mean = tape + at.mean + column;
    float* const inverse_deviation = tape + at.inverse_deviation + column;
    float* const running_mean = statistics + layer.running_mean + column;
    float* const running_variance = statistics + layer.running_variance + column;
    if (mode == MlpMode::training)
      units.batch_moments(linear, shape, mean, inverse_deviation, running_mean, running_variance);
    else
      units.running_moments(running_mean, running_variance, mean, inverse_deviation);
    units.normalise(linear, shape, pass.norm(layer, at, tape, column), activations);
  }
  if (layer.dropout && mode == MlpMode::training)
    units.drop(activations, shape,
               {key.seed, static_cast<std::uint32_t>(key.now[0].step), l, static_cast<std::uint64_t>(column),
                pass.layout.spec().dropout});
}

/// From the gradient of a layer's output (before its ReLU) to those of its weights, biases and, unless by_input has no
/// columns, input.
void gradients(const Pass& pass, const LayerInfo& layer, const Product& by_weights, const Product& by_input,
               const Gate& gate, float* transposed, float* grad_bias) {
  const std::int64_t groups = layer.stride / kGroup;
  const Blocks weight_blocks{by_weights.rows, by_weights.columns}, input_blocks{by_input.rows, by_input.columns};
  if (input_blocks.count() > 0)
    pass.pool.run(groups, [&](std::int64_t group, int) {
      pass.kernels.mlp->transpose(pass.parameters + layer.weight + group * kGroup, layer.stride, layer.in,
                                  transposed + group * kGroup * by_input.b_stride, by_input.b_stride);
    });
  pass.pool.run(weight_blocks.count() + input_blocks.count() + groups, [&](std::int64_t index, int) {
    if (index < weight_blocks.count()) return pass.kernels.mlp->transposed(by_weights, weight_blocks.at(index));
    index -= weight_blocks.count();
    if (index < input_blocks.count()) return pass.kernels.mlp->gated(by_input, input_blocks.at(index), gate);
    const std::int64_t column = (index - input_blocks.count()) * kGroup;
    pass.kernels.units->column_sums(by_weights.b + column, {pass.rows, layer.stride}, grad_bias + column);
  });
}

}  // namespace

void CpuBackend::mlp_forward(const MlpLayout& layout, MlpMode mode, const WindowBatch& windows,
                             View<const float> parameters, View<float> statistics, const StepKey& key,
                             View<float> tape, Matrix<float> logits) {
  const std::int64_t rows = windows.rows();
  check_mlp_forward(layout, mode, windows, parameters, statistics, key, tape, logits);
  check_starts(windows);
  const bool drops = mode == MlpMode::training && layout.spec().dropout > 0;
  FS_CHECK(!drops || key.now[0].step <= UINT32_MAX);
  if (rows == 0) return;

  const Pass pass{kernels_, pool_, layout, rows, parameters.data()};
  RowRuns input = window_rows(windows);
  for (std::size_t l = 0; l < layout.layers().size(); ++l) {
    const LayerInfo& layer = layout.layers()[l];
    const LayerTape at = layout.tape(rows, l);
    Product product{input, parameters.data() + layer.weight, layer.stride, nullptr, layer.stride,
                    rows, layer.stride, layer.in};
    if (layer.relu) {
      product.c = tape.data() + (layer.batch_norm() ? at.linear : at.activations);
      input = matrix_rows(tape.data() + at.activations, layer.stride, rows);
    } else {  // the last layer
      product.c = logits.data();
      product.c_stride = logits.stride();
      product.columns = kOutputs;
    }
    const Activation activation = layer.relu && !layer.batch_norm() ? Activation::relu : Activation::none;
    const Blocks blocks{product.rows, product.columns};
    pool_.run(blocks.count(), [&](std::int64_t index, int) {
      kernels_.mlp->linear(product, blocks.at(index), parameters.data() + layer.bias, activation);
    });
    if (layer.batch_norm() || (layer.dropout && mode == MlpMode::training))
      pool_.run(layer.stride / kGroup, [&](std::int64_t group, int) {
        regularise(pass, l, mode, key, statistics.data(), tape.data(), group * kGroup);
      });
  }
}

// The dropout mask needs no second drawing: a unit that is off left exactly 0 on the tape, whatever switched it off.
void CpuBackend::mlp_backward(const MlpLayout& layout, const WindowBatch& windows, View<const float> parameters,
                              const StepKey&, View<const float> tape, Matrix<const float> grad_logits,
                              View<float> grad_parameters, Matrix<float> grad_windows) {
  const std::int64_t rows = windows.rows();
  check_mlp_backward(layout, windows, parameters, tape, grad_logits, grad_parameters, grad_windows);
  check_starts(windows);
  if (rows == 0) {
    std::fill(grad_parameters.begin(), grad_parameters.end(), 0.0f);
    return;
  }

  // Scratch: the gradients above and below a layer, and its transposed weights.
  const std::vector<LayerInfo>& layers = layout.layers();
  std::int64_t widest = 0, weights = 0;
  for (const LayerInfo& layer : layers) {
    widest = std::max(widest, layer.stride);
    weights = std::max(weights, layer.stride * padded_columns(layer.in));
  }
  float* upper = scratch_.floats(2 * rows * widest + weights);
  float* lower = upper + rows * widest;
  float* const transposed = lower + rows * widest;
  const std::int64_t stride = layers.back().stride;
  for (std::int64_t r = 0; r < rows; ++r)
    std::fill_n(std::copy_n(grad_logits.row(r), kOutputs, upper + r * stride), stride - kOutputs, 0.0f);

  const Pass pass{kernels_, pool_, layout, rows, parameters.data()};
  for (std::size_t l = layers.size(); l-- > 0;) {
    const LayerInfo& layer = layers[l];
    Product by_weights{{}, upper, layer.stride, grad_parameters.data() + layer.weight, layer.stride,
                       layer.in, layer.stride, rows};
    Product by_input{matrix_rows(upper, layer.stride, rows), transposed, padded_columns(layer.in), nullptr, 0,
                     rows, 0, layer.out};
    float* const grad_bias = grad_parameters.data() + layer.bias;
    if (l == 0) {
      by_weights.a = window_rows(windows);
      by_input.c = grad_windows.data();
      by_input.c_stride = grad_windows.stride();
      by_input.columns = grad_windows.cols();
      gradients(pass, layer, by_weights, by_input, {nullptr, 0, 1}, transposed, grad_bias);
      return;
    }
    const LayerInfo& below = layers[l - 1];
    const LayerTape at = layout.tape(rows, l - 1);
    by_weights.a = matrix_rows(tape.data() + at.activations, below.stride, rows);
    by_input.c = lower;
    by_input.c_stride = by_input.columns = below.stride;
    const float dropout_scale = below.dropout ? 1 / (1 - layout.spec().dropout) : 1;
    gradients(pass, layer, by_weights, by_input, {by_weights.a.data, below.stride, dropout_scale}, transposed,
              grad_bias);
    if (below.batch_norm())
      pool_.run(below.stride / kGroup, [&](std::int64_t group, int) {
        const std::int64_t column = group * kGroup;
        kernels_.units->normalise_backward(tape.data() + at.linear + column, {rows, below.stride},
                                           pass.norm(below, at, tape.data(), column), lower + column,
                                           grad_parameters.data() + below.gamma + column,
                                           grad_parameters.data() + below.beta + column);
      });
    std::swap(upper, lower);
  }
}

}  // namespace fractalsync::cpu
