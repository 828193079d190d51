// Stage 2 on the GPU: which kernels a pass over the layers is made of (mlp_kernels.h). The tape is laid out as on the
// CPU.
//
// Default network, a training step: forward one kernel; back three (weights transposed, gradients of the units, of the
// weights), and a fourth that adds up the parts of the weights' gradients where there are more than 256 rows. The work
// of 256 rows is 64 M multiply-adds, 2.2 us for all of an H100's multipliers at 128 a cycle and multiprocessor; what
// these kernels wait for is latency.
//
// Where the sequences of a batch start is known on the device alone, so unlike the CPU's this backend does not check
// that their windows lie within the frames: whoever wrote `starts` answers for it (draw_batch does).
#include <algorithm>

#include "cuda/cuda_backend.h"
#include "cuda/mlp_kernels.h"
#include "stages/mlp_checks.h"

namespace fractalsync::cuda {
namespace {

/// The rule: a network goes through mlp_fused.cu when every layer, the input included, is at most kFusedWidth wide and
/// there are at most kFusedLayers of them; unless it is being trained with batch norm. Else through mlp_products.cu.
bool is_fused(const MlpLayout& layout, MlpMode mode) {
  const std::vector<LayerInfo>& layers = layout.layers();
  if (layers.size() > kFusedLayers || (mode == MlpMode::training && layout.spec().batch_norm)) return false;
  return std::all_of(layers.begin(), layers.end(),
                     [](const LayerInfo& layer) { return layer.in <= kFusedWidth && layer.stride <= kFusedWidth; });
}

/// Does layer l go through cuBLASLt? Not the first: it reads windows in place, rows that overlap, which cuBLASLt
/// refuses. Not the last, whose logits are not aligned. cuBLASLt does not say whether its ReLU hands a NaN on, ours
/// does.
bool is_wide(const CudaBackend& backend, const MlpLayout& layout, std::size_t l) {
  const LayerInfo& layer = layout.layers()[l];
  const int wide = backend.options().wide_layer;
  return l > 0 && layer.relu && layer.in >= wide && layer.out >= wide;
}

/// Floats of scratch that such layers need.
std::int64_t workspace_floats(const CudaBackend& backend, const MlpLayout& layout) {
  for (std::size_t l = 0; l < layout.layers().size(); ++l)
    if (is_wide(backend, layout, l))
      return static_cast<std::int64_t>(LtWorkspace::recommended(backend.properties()) / sizeof(float));
  return 0;
}

RowRuns matrix_rows(const float* data, std::int64_t stride) { return {data, stride, nullptr, 1}; }

RowRuns window_rows(const WindowBatch& windows) {
  return {windows.frames.data(), windows.features, windows.starts.data(), windows.length};
}

/// What the layer's output reads as input of the next one, and as gate on the way back.
RowRuns activation_rows(const MlpLayout& layout, std::int64_t rows, std::size_t l, const float* tape) {
  return matrix_rows(tape + layout.tape(rows, l).activations, layout.layers()[l].stride);
}

BatchNorm batch_norm(const MlpLayout& layout, int rows, std::size_t l, const float* parameters, const float* tape) {
  const LayerInfo& layer = layout.layers()[l];
  return {rows,
          static_cast<int>(layer.stride),
          static_cast<int>(l),
          tape + layout.tape(rows, l).linear,
          parameters + layer.gamma,
          parameters + layer.beta};
}

/// What the dropout behind a layer multiplies kept units by.
float dropout_scale(const MlpLayout& layout, const LayerInfo& layer) {
  return layer.dropout ? 1 / (1 - layout.spec().dropout) : 1.0f;
}

std::int64_t transposed_size(const LayerInfo& layer) { return layer.stride * padded_columns(layer.in); }

/// The weights and the bias of a layer lie one behind the other, so that one product yields both gradients.
std::int64_t weights_and_bias(const LayerInfo& layer) {
  FS_CHECK_EQ(layer.bias, layer.weight + layer.in * layer.stride);
  return (layer.in + 1) * layer.stride;
}

int checked_rows(const WindowBatch& windows) {
  FS_CHECK(windows.rows() <= INT32_MAX);
  return static_cast<int>(windows.rows());
}

void forward_fused(CudaBackend& backend, const MlpLayout& layout, MlpMode mode, const WindowBatch& windows,
                   const float* parameters, const float* statistics, const Dropout& dropout, float* tape,
                   Matrix<float> logits) {
  const int rows = checked_rows(windows);
  FusedForward network{};
  network.count = static_cast<int>(layout.layers().size());
  network.windows = window_rows(windows);
  network.input = layout.spec().input;
  network.rows = rows;
  network.dropout = dropout;
  network.logits = logits.data();
  network.logits_stride = logits.stride();
  for (std::size_t l = 0; l < layout.layers().size(); ++l) {
    const LayerInfo& layer = layout.layers()[l];
    FusedLayer& fused = network.layers[l];
    fused.weight = parameters + layer.weight;
    fused.bias = parameters + layer.bias;
    if (layer.batch_norm()) {
      fused.gamma = parameters + layer.gamma;
      fused.beta = parameters + layer.beta;
      fused.running_mean = statistics + layer.running_mean;
      fused.running_variance = statistics + layer.running_variance;
    }
    if (mode == MlpMode::training && layer.relu) fused.activations = tape + layout.tape(rows, l).activations;
    fused.in = layer.in;
    fused.stride = static_cast<int>(layer.stride);
    fused.relu = layer.relu;
    fused.dropout = dropout.on && layer.dropout;
  }
  if (backend.options().products == CudaOptions::Products::tensor_cores)
    launch_tensor_forward(backend.stream(), network);
  else
    launch_fused_forward(backend.stream(), network);
}

/// A wide layer up to its batch norm or, without one, to its end.
void forward_wide(CudaBackend& backend, const Product& product, const Activate& then, const LtWorkspace& workspace) {
  const int stride = product.columns;
  const LtEpilogue epilogue = then.relu ? LtEpilogue::relu_bias : LtEpilogue::bias;
  backend.lt_products().multiply(
      {product.a.data, static_cast<int>(product.a.stride), false, product.b, stride, false, product.c, stride,
       product.rows, stride, product.depth, epilogue, const_cast<float*>(then.bias)},
      workspace, backend.stream());
  if (then.dropout.on) launch_dropout(backend.stream(), then.dropout, then.layer, product.c, product.rows, stride);
}

void forward_by_layers(CudaBackend& backend, const MlpLayout& layout, MlpMode mode, const WindowBatch& windows,
                       const float* parameters, float* statistics, const Dropout& dropout, float* tape,
                       Matrix<float> logits) {
  const int rows = checked_rows(windows), processors = backend.properties().multiProcessorCount;
  cudaStream_t const stream = backend.stream();
  const std::int64_t shared = workspace_floats(backend, layout);
  const LtWorkspace workspace{backend.scratch<float>(shared), static_cast<std::size_t>(shared) * sizeof(float)};
  RowRuns input = window_rows(windows);
  for (std::size_t l = 0; l < layout.layers().size(); ++l) {
    const LayerInfo& layer = layout.layers()[l];
    const LayerTape at = layout.tape(rows, l);
    const auto stride = static_cast<int>(layer.stride);
    Dropout layer_dropout = dropout;
    layer_dropout.on = dropout.on && layer.dropout;
    Product product{input, parameters + layer.weight, stride, logits.data(), logits.stride(), rows, kOutputs, layer.in};
    if (layer.relu) {
      product.c = tape + (layer.batch_norm() ? at.linear : at.activations);
      product.c_stride = product.columns = stride;
      input = activation_rows(layout, rows, l, tape);
    }
    Activate activate{parameters + layer.bias, layer.relu, layer_dropout, static_cast<int>(l)};
    if (layer.batch_norm()) activate.relu = activate.dropout.on = false;  // they come after it
    if (is_wide(backend, layout, l))
      forward_wide(backend, product, activate, workspace);
    else
      launch_product(stream, processors, product, activate);
    if (layer.batch_norm())
      launch_batch_norm(stream, batch_norm(layout, rows, l, parameters, tape), mode, statistics + layer.running_mean,
                        statistics + layer.running_variance, layer_dropout,
                        {tape + at.mean, tape + at.inverse_deviation}, tape + at.activations);
  }
}

/// Where the arguments of the way back lie.
struct Backward {
  const MlpLayout& layout;
  const WindowBatch& windows;
  const float* parameters;
  const float* tape;
  Matrix<const float> grad_logits;
  float* grad_parameters;
  Matrix<float> grad_windows;

  /// What layer l read.
  RowRuns input(std::size_t l) const {
    return l == 0 ? window_rows(windows) : activation_rows(layout, windows.rows(), l - 1, tape);
  }
  /// The lowest layer whose input's gradient is asked for.
  std::size_t lowest() const { return grad_windows.empty() ? 1 : 0; }
};

/// Scratch of backward_fused, as offsets in floats.
struct FusedScratch {
  std::int64_t gradients[kFusedLayers] = {}, transposed[kFusedLayers] = {}, partial = 0, size = 0;

  FusedScratch(const Backward& pass, int splits) {
    const std::vector<LayerInfo>& layers = pass.layout.layers();
    for (std::size_t l = 0; l < layers.size(); ++l) {
      gradients[l] = size;
      size += pass.windows.rows() * layers[l].stride;
      transposed[l] = size;
      if (l >= pass.lowest()) size += transposed_size(layers[l]);
    }
    partial = size;
    if (splits > 1) size += splits * pass.layout.parameter_size();
  }
};

void backward_fused(CudaBackend& backend, const Backward& pass) {
  const std::vector<LayerInfo>& layers = pass.layout.layers();
  const int rows = checked_rows(pass.windows), count = static_cast<int>(layers.size());
  const int splits = gradient_splits(pass.layout.parameter_size(), rows);
  const FusedScratch at(pass, splits);
  float* const scratch = backend.scratch<float>(at.size);
  float* const sums = splits > 1 ? scratch + at.partial : pass.grad_parameters;

  Transposes transposes{};
  FusedBackward network{};
  WeightGradients gradients{};
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const LayerInfo& layer = layers[l];
    const auto stride = static_cast<int>(layer.stride);
    float* const gradient = scratch + at.gradients[l];
    FS_CHECK(weights_and_bias(layer) > 0);
    gradients.layers[l] = {pass.input(l), gradient, sums + layer.weight, layer.in, stride, 0};
    FusedBackLayer& fused = network.layers[l];
    fused.gradient = gradient;
    fused.out = layer.out;
    fused.stride = stride;
    if (l < pass.lowest()) continue;
    float* const transposed = scratch + at.transposed[l];
    transposes.layers[transposes.count++] = {pass.parameters + layer.weight, transposed, layer.in, stride, 0};
    fused.transposed = transposed;
    fused.lower_stride = static_cast<int>(padded_columns(layer.in));
    if (l == 0) continue;
    fused.activations = pass.input(l).data;
    fused.scale = dropout_scale(pass.layout, layers[l - 1]);
  }
  network.count = gradients.count = count;
  network.rows = gradients.rows = rows;
  network.grad_logits = pass.grad_logits.data();
  network.grad_logits_stride = pass.grad_logits.stride();
  if (!pass.grad_windows.empty()) network.grad_windows = pass.grad_windows.data();
  network.grad_windows_stride = pass.grad_windows.stride();
  network.input = pass.layout.spec().input;
  gradients.splits = splits;
  gradients.split_size = pass.layout.parameter_size();
  gradients.partial = sums;
  gradients.total = pass.grad_parameters;

  launch_transposes(backend.stream(), transposes);
  if (backend.options().products == CudaOptions::Products::tensor_cores) {
    launch_tensor_backward(backend.stream(), network);
    launch_tensor_weight_gradients(backend.stream(), gradients);
  } else {
    launch_fused_backward(backend.stream(), network);
    launch_weight_gradients(backend.stream(), backend.properties().multiProcessorCount, gradients);
  }
}

/// A wide layer's gradients: of its weights and bias, and of what it reads, `lower`, before batch norm's.
void backward_wide(CudaBackend& backend, const Backward& pass, std::size_t l, const float* upper, float* lower,
                   const LtWorkspace& workspace) {
  const LayerInfo &layer = pass.layout.layers()[l], &below = pass.layout.layers()[l - 1];
  const int rows = checked_rows(pass.windows), stride = static_cast<int>(layer.stride),
            lower_stride = static_cast<int>(below.stride);
  const RowRuns outputs = pass.input(l);
  LtProducts& products = backend.lt_products();
  products.multiply({outputs.data, lower_stride, true, upper, stride, false, pass.grad_parameters + layer.weight,
                     stride, layer.in, stride, rows, LtEpilogue::bias_gradient, pass.grad_parameters + layer.bias},
                    workspace, backend.stream());
  products.multiply(
      {upper, stride, false, pass.parameters + layer.weight, stride, true, lower, lower_stride, rows, layer.in, stride},
      workspace, backend.stream());
  launch_gate(backend.stream(), {outputs.data, outputs.stride, dropout_scale(pass.layout, below)}, lower, rows,
              layer.in);
}

void batch_norm_below(CudaBackend& backend, const Backward& pass, std::size_t l, float* gradient) {
  const LayerInfo& layer = pass.layout.layers()[l];
  if (!layer.batch_norm()) return;
  const int rows = checked_rows(pass.windows);
  const LayerTape at = pass.layout.tape(rows, l);
  launch_batch_norm_backward(backend.stream(), batch_norm(pass.layout, rows, l, pass.parameters, pass.tape),
                             {pass.tape + at.mean, pass.tape + at.inverse_deviation}, gradient,
                             pass.grad_parameters + layer.gamma, pass.grad_parameters + layer.beta);
}

void backward_by_layers(CudaBackend& backend, const Backward& pass) {
  const std::vector<LayerInfo>& layers = pass.layout.layers();
  const int rows = checked_rows(pass.windows), processors = backend.properties().multiProcessorCount;
  cudaStream_t const stream = backend.stream();

  // Scratch: the gradients above and below a layer, its transposed weights, and the parts of its weights' gradient.
  std::int64_t widest = 0, transposed_most = 0, partial_most = 0;
  for (const LayerInfo& layer : layers) {
    const std::int64_t weights = weights_and_bias(layer);
    const int splits = gradient_splits(weights, rows);
    widest = std::max(widest, layer.stride);
    transposed_most = std::max(transposed_most, transposed_size(layer));
    if (splits > 1) partial_most = std::max(partial_most, splits * weights);
  }
  const std::int64_t shared = workspace_floats(backend, pass.layout);
  float* const scratch = backend.scratch<float>(shared + 2 * rows * widest + transposed_most + partial_most);
  const LtWorkspace workspace{scratch, static_cast<std::size_t>(shared) * sizeof(float)};
  float* upper = scratch + shared;
  float* lower = upper + rows * widest;
  float* const transposed = lower + rows * widest;
  float* const partial = transposed + transposed_most;

  launch_pad_logits(stream, pass.grad_logits.data(), pass.grad_logits.stride(), rows, upper,
                    static_cast<int>(layers.back().stride));
  for (std::size_t l = layers.size(); l-- > 0; std::swap(upper, lower)) {
    if (is_wide(backend, pass.layout, l)) {
      backward_wide(backend, pass, l, upper, lower, workspace);
      batch_norm_below(backend, pass, l - 1, lower);
      continue;
    }
    const LayerInfo& layer = layers[l];
    const auto stride = static_cast<int>(layer.stride);
    float* const gradient = pass.grad_parameters + layer.weight;
    WeightGradients gradients{};
    gradients.count = 1;
    gradients.rows = rows;
    gradients.split_size = weights_and_bias(layer);
    gradients.splits = gradient_splits(gradients.split_size, rows);
    gradients.partial = partial;
    gradients.total = gradient;
    gradients.layers[0] = {pass.input(l), upper, gradients.splits > 1 ? partial : gradient, layer.in, stride, 0};
    launch_weight_gradients(stream, processors, gradients);
    if (l < pass.lowest()) break;

    Transposes transposes{};
    transposes.count = 1;
    transposes.layers[0] = {pass.parameters + layer.weight, transposed, layer.in, stride, 0};
    launch_transposes(stream, transposes);
    const auto lower_stride = static_cast<int>(padded_columns(layer.in));
    Product product{
        matrix_rows(upper, stride), transposed, lower_stride, lower, lower_stride, rows, lower_stride, layer.out};
    if (l == 0) {
      product.c = pass.grad_windows.data();
      product.c_stride = pass.grad_windows.stride();
      product.columns = layer.in;
      launch_product(stream, processors, product, GateBelow{nullptr, 0, 1});
      break;
    }
    const RowRuns outputs = pass.input(l);
    launch_product(stream, processors, product,
                   GateBelow{outputs.data, outputs.stride, dropout_scale(pass.layout, layers[l - 1])});
    batch_norm_below(backend, pass, l - 1, lower);
  }
}

}  // namespace

void CudaBackend::mlp_forward(const MlpLayout& layout, MlpMode mode, const WindowBatch& windows,
                              View<const float> parameters, View<float> statistics, const StepKey& key,
                              View<float> tape, Matrix<float> logits) {
  check_mlp_forward(layout, mode, windows, parameters, statistics, key, tape, logits);
  const Dropout dropout{mode == MlpMode::training && layout.spec().dropout > 0, layout.spec().dropout, key.seed,
                        key.now.data()};
  if (windows.rows() == 0) return;
  if (is_fused(layout, mode))
    forward_fused(*this, layout, mode, windows, parameters.data(), statistics.data(), dropout, tape.data(), logits);
  else
    forward_by_layers(*this, layout, mode, windows, parameters.data(), statistics.data(), dropout, tape.data(), logits);
}

// The dropout mask needs no second drawing: a unit that is off left exactly 0 on the tape, whatever switched it off.
void CudaBackend::mlp_backward(const MlpLayout& layout, const WindowBatch& windows, View<const float> parameters,
                               const StepKey&, View<const float> tape, Matrix<const float> grad_logits,
                               View<float> grad_parameters, Matrix<float> grad_windows) {
  check_mlp_backward(layout, windows, parameters, tape, grad_logits, grad_parameters, grad_windows);
  if (windows.rows() == 0) {
    const auto bytes = static_cast<std::size_t>(grad_parameters.size()) * sizeof(float);
    check(cudaMemsetAsync(grad_parameters.data(), 0, bytes, stream_), "clearing the network's gradient");
    return;
  }
  const Backward pass{layout,      windows, parameters.data(), tape.data(), grad_logits, grad_parameters.data(),
                      grad_windows};
  if (is_fused(layout, MlpMode::training))
    backward_fused(*this, pass);
  else
    backward_by_layers(*this, pass);
}

}  // namespace fractalsync::cuda
