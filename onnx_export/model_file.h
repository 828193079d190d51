// What every exported file has around its graph: versions, producer, metadata. Internal to onnx_export.
#pragma once

#include <string>

#include "onnx/onnx.pb.h"
#include "onnx_export/metadata.h"

namespace fractalsync {

inline constexpr std::int64_t kOnnxIrVersion = 8;
inline constexpr std::int64_t kOnnxOpset = 17;

/// A model with an empty graph.
onnx::ModelProto start_model(const MetadataProperties& metadata);

/// The file's bytes.
std::string serialized(const onnx::ModelProto& model);

}  // namespace fractalsync
