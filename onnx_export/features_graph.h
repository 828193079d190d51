// The audio features inside a graph: stages/features.h, math/model_features.h and math/deltas.h, operator by operator.
// Internal to onnx_export.
#pragma once

#include <string>

#include "onnx_export/graph_builder.h"
#include "onnx_export/pipeline.h"

namespace fractalsync {

/// `pcm` [shape.samples()] and `calls` [1], how many calls there were before -> model features [W, F] of the window,
/// called kPipelineFeatures.
std::string add_features(GraphBuilder& graph, const PipelineShape& shape, const WindowSpec& window,
                         const std::string& pcm, const std::string& calls);

}  // namespace fractalsync
