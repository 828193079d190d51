#include "network.h"

#include <cmath>

#include "backend.h"
#include "stages/mlp_init.h"
#include "support/random.h"

namespace fractalsync::test {
namespace {

std::vector<double> apply_layer(const ExportModel& model, const LayerInfo& layer, const std::vector<double>& x) {
  std::vector<double> y(static_cast<std::size_t>(layer.out));
  for (int o = 0; o < layer.out; ++o) {
    double sum = model.parameters[layer.bias + o];
    for (int i = 0; i < layer.in; ++i) sum += x[i] * model.parameters[layer.weight + i * layer.stride + o];
    if (layer.batch_norm()) {
      const double deviation = std::sqrt(double{model.statistics[layer.running_variance + o]} + kBatchNormEpsilon);
      sum = (sum - model.statistics[layer.running_mean + o]) / deviation * model.parameters[layer.gamma + o] +
            model.parameters[layer.beta + o];
    }
    y[o] = layer.relu ? std::max(sum, 0.0) : sum;
  }
  return y;
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

ExportModel random_model(const WindowSpec& window, bool batch_norm, std::uint64_t seed, const MotionSpec& motion) {
  MlpSpec spec;
  spec.input = window.input();
  spec.batch_norm = batch_norm;
  ExportModel model{.layout = MlpLayout(spec),
                    .parameters = {},
                    .statistics = {},
                    .window = window,
                    .feature_mean = {},
                    .feature_std = {},
                    .motion = motion,
                    .epoch = 7};
  model.parameters.resize(static_cast<std::size_t>(model.layout.parameter_size()));
  model.statistics.resize(static_cast<std::size_t>(model.layout.statistics_size()));
  initialise(model.layout, seed, model.parameters);
  // Hidden layers with the deviation of He's initialisation pass the windows on undiminished; the output layer keeps
  // the smaller one, which gives logits of size 1 to 4, as the saturation penalty does in training.
  for (std::int64_t i = 0; i < model.layout.layers().back().weight; ++i) model.parameters[i] *= std::sqrt(6.0f);
  initialise_statistics(model.layout, model.statistics);
  const std::vector<float> random = random_floats(seed + 1, 4 * 256 * 8, 0, 1);
  std::size_t next = 0;
  for (const LayerInfo& layer : model.layout.layers()) {
    for (int o = 0; o < layer.out && layer.batch_norm(); ++o) {
      model.parameters[layer.gamma + o] = 0.5f + random[next++];
      model.parameters[layer.beta + o] = random[next++] - 0.5f;
      model.statistics[layer.running_mean + o] = random[next++] - 0.5f;
      model.statistics[layer.running_variance + o] = 1 + 4 * random[next++];
    }
  }
  for (int f = 0; f < window.features(); ++f) {
    model.feature_mean.push_back(4 * random[next++] - 2);
    model.feature_std.push_back(f == 2 ? 0 : 0.05f + random[next++]);
  }
  return model;
}

void reference_forward(const ExportModel& model, Matrix<const float> windows, Matrix<double> visual) {
  const double limit = std::get<VisualSpec>(model.motion).log_zoom_limit;
  for (std::int64_t r = 0; r < windows.rows(); ++r) {
    std::vector<double> x;
    for (std::int64_t i = 0; i < windows.cols(); ++i) {
      const auto f = static_cast<std::size_t>(i % model.window.features());
      const double deviation = model.feature_std[f] < 1e-6 ? 1 : model.feature_std[f];
      x.push_back(std::min(5.0, std::max(-5.0, (double{windows(r, i)} - model.feature_mean[f]) / deviation)));
    }
    for (const LayerInfo& layer : model.layout.layers()) x = apply_layer(model, layer, x);
    const double out[] = {2 * std::tanh(x[0]), 2 * std::tanh(x[1]), sigmoid(x[2]),
                          sigmoid(x[3]),       sigmoid(x[4]),       std::exp(limit * std::tanh(x[5] / limit)),
                          sigmoid(x[6])};
    for (int o = 0; o < kHeads; ++o) visual(r, o) = out[o];
  }
}

void native_forward(const ExportModel& model, Matrix<const float> windows, Matrix<float> visual) {
  const std::unique_ptr<Backend> backend = make_cpu_backend(2);
  Memory& memory = backend->memory();
  const auto to_device = [&](const std::vector<float>& host) {
    Buffer<float> device(memory, static_cast<std::int64_t>(host.size()));
    upload<float>(*backend, host, device.view());
    return device;
  };
  const int features = model.window.features();
  // Every window is a sequence of its own: no two share frames.
  std::vector<std::int64_t> starts;
  for (std::int64_t r = 0; r < windows.rows(); ++r) starts.push_back(r * model.window.frames);
  const std::int64_t rows = windows.rows();
  Buffer<std::int64_t> device_starts(memory, rows);
  upload<std::int64_t>(*backend, starts, device_starts.view());
  Buffer<float> frames = to_device({windows.data(), windows.data() + rows * windows.cols()}),
                parameters = to_device(model.parameters), statistics = to_device(model.statistics),
                phases = to_device(std::vector<float>(starts.size()));
  Buffer<float> tape(memory, model.layout.tape_size(rows)), logits(memory, rows * kOutputs),
      heads(memory, rows * kHeads), drawn(memory, rows * kDrawnColumns);
  backend->standardize({model.feature_mean, model.feature_std}, frames.matrix(rows * model.window.frames, features));
  const WindowBatch batch{frames.view(), features, model.window.frames, device_starts.view(), 1};
  backend->mlp_forward(model.layout, MlpMode::inference, batch, parameters.view(), statistics.view(), {}, tape.view(),
                       logits.matrix(rows, kOutputs));
  backend->visual_forward(std::get<VisualSpec>(model.motion), 1, logits.matrix(rows, kOutputs), phases.view(),
                          heads.matrix(rows, kHeads), drawn.matrix(rows, kDrawnColumns));
  download<float>(*backend, heads.view(), View<float>(visual.data(), rows * kHeads));
  for (std::int64_t r = 0; r < rows; ++r) visual(r, kLogZoom) = std::exp(visual(r, kLogZoom));
}

}  // namespace fractalsync::test
