// The network on the CPU: per layer one region of matrix-product blocks and, where there is batch norm or dropout, one
// of groups of sixteen units. Every block and group is computed whole by one task, so the thread count does not show.
#include <algorithm>

#include "core/check.h"
#include "cpu/cpu_backend.h"

namespace fractalsync::cpu {
namespace {

// A task's part of a product: whole tiles of every instruction set, and some ten microseconds of work.
constexpr std::int64_t kBlockRows = 24, kBlockColumns = 128;
constexpr std::int64_t kGroup = kColumnPadding;
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

void check_windows(const MlpLayout& layout, const WindowBatch& windows) {
  if (windows.input() != layout.spec().input)
    throw Error(detail::concat("the windows hold ", windows.input(), " features (", windows.window, " frames of ",
                               windows.features, "), but the network takes ", layout.spec().input));
  for (const std::int64_t start : windows.starts)
    FS_CHECK(start >= 0 && (start + windows.length - 1) * windows.features + windows.input() <= windows.frames.size());
}

float dropout_scale(const MlpLayout& layout, const LayerInfo& layer) {
  return layer.dropout ? 1 / (1 - layout.spec().dropout) : 1;
}

}  // namespace

void CpuBackend::mlp_forward(const MlpLayout& layout, MlpMode mode, const WindowBatch& windows,
                             View<const float> parameters, View<float> statistics, const DropoutKey& dropout,
                             View<float> tape, Matrix<float> logits) {
  const std::int64_t rows = windows.rows();
  check_windows(layout, windows);
  FS_CHECK_EQ(parameters.size(), layout.parameter_size());
  FS_CHECK_EQ(statistics.size(), layout.statistics_size());
  FS_CHECK(tape.size() >= layout.tape_size(rows));
  FS_CHECK_EQ(logits.rows(), rows);
  FS_CHECK_EQ(logits.cols(), kOutputs);
  FS_CHECK(dropout.step <= UINT32_MAX);
  if (rows == 0) return;

  RowRuns input = window_rows(windows);
  for (std::size_t l = 0; l < layout.layers().size(); ++l) {
    const LayerInfo& layer = layout.layers()[l];
    const LayerTape at = layout.tape(rows, l);
    const bool last = at.activations < 0;
    float* const activations = last ? logits.data() : tape.data() + at.activations;
    float* const linear = layer.batch_norm() ? tape.data() + at.linear : activations;

    const Product product{input, parameters.data() + layer.weight, layer.stride, linear,
                          last ? logits.stride() : layer.stride, rows, last ? layer.out : layer.stride, layer.in};
    const Activation activation = layer.relu && !layer.batch_norm() ? Activation::relu : Activation::none;
    const Blocks blocks{product.rows, product.columns};
    pool_.run(blocks.count(), [&](std::int64_t index, int) {
      kernels_.mlp->linear(product, blocks.at(index), parameters.data() + layer.bias, activation);
    });

    const bool drop = layer.dropout && mode == MlpMode::training;
    if (layer.batch_norm() || drop)
      pool_.run(layer.stride / kGroup, [&](std::int64_t group, int) {
        const std::int64_t column = group * kGroup;
        const UnitShape shape{rows, layer.stride};
        if (layer.batch_norm()) {
          float* const mean = tape.data() + at.mean + column;
          float* const inverse_deviation = tape.data() + at.inverse_deviation + column;
          float* const running_mean = statistics.data() + layer.running_mean + column;
          float* const running_variance = statistics.data() + layer.running_variance + column;
          if (mode == MlpMode::training)
            kernels_.units->batch_moments(linear + column, shape, mean, inverse_deviation, running_mean,
                                          running_variance);
          else
            kernels_.units->running_moments(running_mean, running_variance, mean, inverse_deviation);
          const UnitNorm norm{parameters.data() + layer.gamma + column, parameters.data() + layer.beta + column, mean,
                              inverse_deviation};
          kernels_.units->normalise(linear + column, shape, norm, activations + column);
        }
        if (drop)
          kernels_.units->drop(activations + column, shape,
                               {dropout.seed, static_cast<std::uint32_t>(dropout.step), l,
                                static_cast<std::uint64_t>(column), layout.spec().dropout});
      });
    input = matrix_rows(activations, layer.stride, rows);
  }
}

// The dropout mask needs no second drawing: a unit that is off left exactly 0 on the tape, whatever switched it off.
void CpuBackend::mlp_backward(const MlpLayout& layout, const WindowBatch& windows, View<const float> parameters,
                              const DropoutKey&, View<const float> tape, Matrix<const float> grad_logits,
                              View<float> grad_parameters, Matrix<float> grad_windows) {
  const std::int64_t rows = windows.rows();
  check_windows(layout, windows);
  FS_CHECK_EQ(parameters.size(), layout.parameter_size());
  FS_CHECK_EQ(grad_parameters.size(), layout.parameter_size());
  FS_CHECK(tape.size() >= layout.tape_size(rows));
  FS_CHECK_EQ(grad_logits.rows(), rows);
  FS_CHECK_EQ(grad_logits.cols(), kOutputs);
  if (!grad_windows.empty()) {
    FS_CHECK_EQ(grad_windows.rows(), rows);
    FS_CHECK_EQ(grad_windows.cols(), layout.spec().input);
  }
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
  float* transposed = lower + rows * widest;

  const std::int64_t stride = layers.back().stride;
  for (std::int64_t r = 0; r < rows; ++r)
    std::fill_n(std::copy_n(grad_logits.row(r), kOutputs, upper + r * stride), stride - kOutputs, 0.0f);

  for (std::size_t l = layers.size(); l-- > 0;) {
    const LayerInfo& layer = layers[l];
    const LayerInfo* const below = l > 0 ? &layers[l - 1] : nullptr;
    const LayerTape at = below != nullptr ? layout.tape(rows, l - 1) : LayerTape{};
    const float* const units = below != nullptr ? tape.data() + at.activations : nullptr;
    const std::int64_t transposed_stride = padded_columns(layer.in);

    const Product by_weights{below != nullptr ? matrix_rows(units, below->stride, rows) : window_rows(windows),
                             upper, layer.stride, grad_parameters.data() + layer.weight, layer.stride,
                             layer.in, layer.stride, rows};
    Product by_input{matrix_rows(upper, layer.stride, rows), transposed, transposed_stride, lower,
                     transposed_stride, rows, transposed_stride, layer.out};
    if (below == nullptr) {
      by_input.c = grad_windows.data();
      by_input.c_stride = grad_windows.stride();
      by_input.columns = grad_windows.cols();
    }
    const Gate gate{units, transposed_stride, below != nullptr ? dropout_scale(layout, *below) : 1};

    const bool input_wanted = by_input.columns > 0;
    const std::int64_t groups = layer.stride / kGroup;
    if (input_wanted)
      pool_.run(groups, [&](std::int64_t group, int) {
        kernels_.mlp->transpose(parameters.data() + layer.weight + group * kGroup, layer.stride, layer.in,
                                transposed + group * kGroup * transposed_stride, transposed_stride);
      });
    const Blocks weight_blocks{by_weights.rows, by_weights.columns};
    const Blocks input_blocks{input_wanted ? rows : 0, by_input.columns};
    pool_.run(weight_blocks.count() + input_blocks.count() + groups, [&](std::int64_t index, int) {
      if (index < weight_blocks.count())
        return kernels_.mlp->transposed(by_weights, weight_blocks.at(index));
      index -= weight_blocks.count();
      if (index < input_blocks.count()) return kernels_.mlp->gated(by_input, input_blocks.at(index), gate);
      const std::int64_t column = (index - input_blocks.count()) * kGroup;
      kernels_.units->column_sums(upper + column, {rows, layer.stride}, grad_parameters.data() + layer.bias + column);
    });
    if (below != nullptr && below->batch_norm())
      pool_.run(below->stride / kGroup, [&](std::int64_t group, int) {
        const std::int64_t column = group * kGroup;
        const UnitNorm norm{parameters.data() + below->gamma + column, parameters.data() + below->beta + column,
                            tape.data() + at.mean + column, tape.data() + at.inverse_deviation + column};
        kernels_.units->normalise_backward(tape.data() + at.linear + column, {rows, below->stride}, norm,
                                           lower + column, grad_parameters.data() + below->gamma + column,
                                           grad_parameters.data() + below->beta + column);
      });
    std::swap(upper, lower);
  }
}

}  // namespace fractalsync::cpu
