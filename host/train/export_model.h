// From a training state to model files on disk.
#pragma once

#include <filesystem>

#include "backend.h"
#include "host/train/state.h"

namespace fractalsync {

/// Writes `path` (model.onnx) and, beside it, <stem>.onnx_metadata.json, after the graph has been read back and agrees
/// with the network as `backend` runs it. Throws Error, having written nothing, when it does not.
void export_model_files(Backend& backend, const TrainingState& state, const std::filesystem::path& path);

}  // namespace fractalsync
