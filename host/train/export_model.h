// From a training state to model files on disk.
#pragma once

#include <filesystem>

#include "backend.h"
#include "host/train/state.h"
#include "onnx_export/model.h"
#include "onnx_export/verify.h"
#include "onnx_export/verify_pipeline.h"

namespace fractalsync {

/// The network of a checkpoint, as an exporter needs it.
ExportModel export_model(const TrainingState& state);

/// What `backend` makes of the same network: what a file must agree with. Backend and model must outlive the result.
NetworkReference network_reference(Backend& backend, const ExportModel& model);
PipelineReference pipeline_reference(Backend& backend, const ExportModel& model);

/// Writes `path` (model.onnx, or pipeline.onnx) and, beside it, <stem>.onnx_metadata.json, after the graph has been
/// read back and agrees with the network as `backend` runs it. Throws Error, having written nothing, when it does not.
void export_model_files(Backend& backend, const ExportModel& model, const std::filesystem::path& path);
void export_pipeline_files(Backend& backend, const ExportModel& model, const std::filesystem::path& path);

}  // namespace fractalsync
