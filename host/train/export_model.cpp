#include "host/train/export_model.h"

#include "host/evaluate/playback.h"
#include "host/io/atomic_file.h"
#include "host/train/network.h"
#include "onnx_export/metadata.h"
#include "onnx_export/model.h"
#include "onnx_export/verify.h"

namespace fractalsync {
namespace {

/// What the network itself makes of windows of model features.
void run_network(Backend& backend, const TrainingState& state, Matrix<const float> windows, Matrix<float> visual) {
  std::vector<float> standardized;
  const std::size_t features = state.statistics.mean.size();
  for (std::int64_t row = 0; row < windows.rows(); ++row)
    for (std::int64_t i = 0; i < windows.cols(); ++i) {
      const std::size_t f = static_cast<std::size_t>(i) % features;
      standardized.push_back(
          standardize(windows(row, i), state.statistics.mean[f], standardizing_scale(state.statistics.std[f])));
    }
  Memory& memory = backend.memory();
  Network network(backend, state);
  const std::int64_t rows = windows.rows();
  Buffer<float> frames(memory, rows * windows.cols()), tape(memory, network.layout().tape_size(rows)),
      logits(memory, rows * kOutputs), heads(memory, rows * kHeads), drawn(memory, rows * kDrawnColumns),
      phase(memory, 1);
  Buffer<std::int64_t> start(memory, 1);
  upload<float>(backend, standardized, frames.view());
  upload<std::int64_t>(backend, std::vector<std::int64_t>{0}, start.view());
  upload<float>(backend, std::vector<float>{0}, phase.view());
  const WindowBatch batch{frames.view(), static_cast<int>(windows.cols()), 1, start.view(), static_cast<int>(rows)};
  backend.mlp_forward(network.layout(), MlpMode::inference, batch, network.parameters(), network.statistics(), {},
                      tape.view(), logits.matrix(rows, kOutputs));
  backend.visual_forward(state.config.recipe.visual, static_cast<int>(rows), logits.matrix(rows, kOutputs),
                         phase.view(), heads.matrix(rows, kHeads), drawn.matrix(rows, kDrawnColumns));
  backend.download_bytes(visual.data(), heads.data(), rows * kHeads * static_cast<std::int64_t>(sizeof(float)));
  heads_to_visual_parameters(visual);
}

}  // namespace

void export_model_files(Backend& backend, const TrainingState& state, const std::filesystem::path& path) {
  const ExportModel model{.layout = MlpLayout(state.config.recipe.network),
                          .parameters = state.parameters,
                          .statistics = state.running_statistics,
                          .window = state.config.window,
                          .feature_mean = state.statistics.mean,
                          .feature_std = state.statistics.std,
                          .visual = state.config.recipe.visual,
                          .epoch = state.finished_epochs};
  const std::string bytes = model_bytes(model);
  verify_model(bytes, model, [&](Matrix<const float> windows, Matrix<float> visual) {
    run_network(backend, state, windows, visual);
  });
  write_file_atomically(path, bytes);
  std::filesystem::path metadata = path;
  write_file_atomically(metadata.replace_extension(".onnx_metadata.json"), metadata_json(model));
}

}  // namespace fractalsync
