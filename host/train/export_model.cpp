#include "host/train/export_model.h"

#include <algorithm>

#include "host/dataset/model_features.h"
#include "host/evaluate/playback.h"
#include "host/io/atomic_file.h"
#include "onnx_export/metadata.h"

namespace fractalsync {
namespace {

/// The network of a model on a backend.
class LoadedModel {
 public:
  LoadedModel(Backend& backend, const ExportModel& model)
      : backend_(backend),
        model_(model),
        parameters_(to_device(model.parameters)),
        statistics_(to_device(model.statistics)) {}

  PlayableNetwork playable() { return {model_.layout, parameters_.view(), statistics_.view(), model_.motion}; }

  /// Of windows [rows, W F] of model features that know nothing of each other.
  std::vector<float> straight(Matrix<const float> windows) {
    std::vector<float> features;
    for (std::int64_t row = 0; row < windows.rows(); ++row)
      features.insert(features.end(), windows.row(row), windows.row(row) + windows.cols());
    std::vector<std::int64_t> starts;
    for (std::int64_t row = 0; row < windows.rows(); ++row) starts.push_back(row * model_.window.frames);
    Buffer<float> frames = to_device(features);
    backend_.standardize({model_.feature_mean, model_.feature_std},
                         frames.matrix(windows.rows() * model_.window.frames, model_.window.features()));
    Buffer<std::int64_t> device_starts(backend_.memory(), windows.rows());
    upload<std::int64_t>(backend_, starts, device_starts.view());
    return straight_parameters(
        backend_, playable(), {frames.view(), model_.window.features(), model_.window.frames, device_starts.view(), 1});
  }

  /// Of consecutive windows [rows, W F] of a song's model features, from its start on, its journey beginning there.
  std::vector<float> motion(Matrix<const float> windows, float journey) {
    std::vector<float> song(windows.row(0), windows.row(0) + windows.cols());
    for (std::int64_t row = 1; row < windows.rows(); ++row)
      song.insert(song.end(), windows.row(row) + windows.cols() - model_.window.features(),
                  windows.row(row) + windows.cols());
    const TrackStore store(backend_, model_.window, song, {model_.feature_mean, model_.feature_std});
    return as_drawn(play(backend_, playable(), store, 0, windows.rows(), journey));
  }

 private:
  Buffer<float> to_device(const std::vector<float>& host) {
    Buffer<float> device(backend_.memory(), static_cast<std::int64_t>(host.size()));
    upload<float>(backend_, host, device.view());
    return device;
  }

  Backend& backend_;
  const ExportModel& model_;
  Buffer<float> parameters_, statistics_;
};

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
          .motion = state.config.recipe.motion,
          .epoch = state.finished_epochs};
}

NetworkReference network_reference(Backend& backend, const ExportModel& model) {
  return [&](Matrix<const float> windows, Matrix<float> visual) {
    const std::vector<float> straight = LoadedModel(backend, model).straight(windows);
    std::copy(straight.begin(), straight.end(), visual.data());
  };
}

PipelineReference pipeline_reference(Backend& backend, const ExportModel& model) {
  return {.features = [&](View<const float> samples) { return file_features(backend, model.window, samples); },
          .motion = [&](Matrix<const float> windows,
                        float journey) { return LoadedModel(backend, model).motion(windows, journey); }};
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
