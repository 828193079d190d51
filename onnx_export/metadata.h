// What a user of an exported model must know, in two places: a JSON file beside it, and the model's metadata_props.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "onnx_export/model.h"

namespace fractalsync {

inline constexpr double kSmallestZoom = 0.1, kLargestZoom = 10;  ///< bounds of zoom that every model keeps

/// The content of <name>.onnx_metadata.json, for model.onnx and for pipeline.onnx.
std::string metadata_json(const ExportModel& model);
std::string pipeline_metadata_json(const ExportModel& model);

/// The same facts in the same order for metadata_props: strings as they are, everything else as JSON.
using MetadataProperties = std::vector<std::pair<std::string, std::string>>;
MetadataProperties metadata_properties(const ExportModel& model);
MetadataProperties pipeline_metadata_properties(const ExportModel& model);

}  // namespace fractalsync
