#include "host/train/export_model.h"

#include <algorithm>

#include "host/dataset/model_features.h"
#include "host/evaluate/playback.h"
#include "host/io/atomic_file.h"
#include "onnx_export/metadata.h"

namespace fractalsync {
namespace {

Buffer<float> to_device(Backend& backend, const std::vector<float>& host) {
  Buffer<float> device(backend.memory(), static_cast<std::int64_t>(host.size()));
  upload<float>(backend, host, device.view());
  return device;
}

/// What the network makes of consecutive windows [rows, W F] of model features.
Playback play_windows(Backend& backend, const ExportModel& model, Matrix<const float> windows) {
  std::vector<float> features;
  for (std::int64_t row = 0; row < windows.rows(); ++row)
    features.insert(features.end(), windows.row(row), windows.row(row) + windows.cols());
  Memory& memory = backend.memory();
  const std::int64_t rows = windows.rows();
  Buffer<float> frames = to_device(backend, features), parameters = to_device(backend, model.parameters),
                statistics = to_device(backend, model.statistics), at_rest = to_device(backend, {0});
  backend.standardize({model.feature_mean, model.feature_std},
                      frames.matrix(rows * model.window.frames, model.window.features()));
  Buffer<float> tape(memory, model.layout.tape_size(rows)), logits(memory, rows * kOutputs),
      heads(memory, rows * kHeads), drawn(memory, rows * kDrawnColumns);
  Buffer<std::int64_t> start(memory, 1);
  upload<std::int64_t>(backend, std::vector<std::int64_t>{0}, start.view());
  // No window shares frames with another: each is one "frame" of W F features.
  const WindowBatch batch{frames.view(), static_cast<int>(windows.cols()), 1, start.view(), static_cast<int>(rows)};
  backend.mlp_forward(model.layout, MlpMode::inference, batch, parameters.view(), statistics.view(), {}, tape.view(),
                      logits.matrix(rows, kOutputs));
  backend.visual_forward(model.visual, static_cast<int>(rows), logits.matrix(rows, kOutputs), at_rest.view(),
                         heads.matrix(rows, kHeads), drawn.matrix(rows, kDrawnColumns));
  return {rows, to_host(backend, heads.view()), to_host(backend, drawn.view())};
}

/// Model features [frames, F] of a file of these samples.
std::vector<float> file_features(Backend& backend, const WindowSpec& window, View<const float> samples) {
  constexpr std::int64_t padding = kFftSize / 2;
  const std::int64_t frames = 1 + samples.size() / kHop, length = kFftSize + kHop * (frames - 1);
  std::vector<float> padded(static_cast<std::size_t>(padding), 0.0f);
  padded.insert(padded.end(), samples.begin(), samples.end());
  padded.resize(static_cast<std::size_t>(length));
  std::vector<float> raw(static_cast<std::size_t>(frames * kBaseFeatures));
  backend.features({},
                   {.samples = padded,
                    .padding_front = padding,
                    .padding_back = std::max<std::int64_t>(length - padding - samples.size(), 0)},
                   {{raw.data(), frames, kBaseFeatures}, {}});
  return model_features_of(backend, window, raw);
}

void write_files(const std::filesystem::path& path, const std::string& bytes, const std::string& metadata) {
  write_file_atomically(path, bytes);
  std::filesystem::path beside = path;
  write_file_atomically(beside.replace_extension(".onnx_metadata.json"), metadata);
}

}  // namespace

ExportModel export_model(const TrainingState& state) {
  return {.layout = MlpLayout(state.config.recipe.network),
          .parameters = state.parameters,
          .statistics = state.running_statistics,
          .window = state.config.window,
          .feature_mean = state.statistics.mean,
          .feature_std = state.statistics.std,
          .visual = state.config.recipe.visual,
          .epoch = state.finished_epochs};
}

NetworkReference network_reference(Backend& backend, const ExportModel& model) {
  return [&](Matrix<const float> windows, Matrix<float> visual) {
    const Playback playback = play_windows(backend, model, windows);
    std::copy(playback.heads.begin(), playback.heads.end(), visual.data());
    heads_to_visual_parameters(visual);
  };
}

PipelineReference pipeline_reference(Backend& backend, const ExportModel& model) {
  return {.features = [&](View<const float> samples) { return file_features(backend, model.window, samples); },
          .motion = [&](Matrix<const float> windows) { return as_drawn(play_windows(backend, model, windows)); }};
}

void export_model_files(Backend& backend, const ExportModel& model, const std::filesystem::path& path) {
  const std::string bytes = model_bytes(model);
  verify_model(bytes, model, network_reference(backend, model));
  write_files(path, bytes, metadata_json(model));
}

void export_pipeline_files(Backend& backend, const ExportModel& model, const std::filesystem::path& path) {
  const std::string bytes = pipeline_bytes(model);
  verify_pipeline(bytes, model, pipeline_reference(backend, model));
  write_files(path, bytes, pipeline_metadata_json(model));
}

}  // namespace fractalsync
