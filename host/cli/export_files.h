// From a training state to model files on disk.
#pragma once

#include <filesystem>

#include "backend.h"
#include "host/train/state.h"

namespace fractalsync::cli {

/// Writes `path` and its metadata after verifying the graph against the network. Throws Error when they disagree.
void export_model_files(Backend& backend, const TrainingState& state, const std::filesystem::path& path);

}  // namespace fractalsync::cli
