// The motion channel inside a graph (stages/visual.h), one step of it. Internal to onnx_export.
#pragma once

#include "onnx_export/network_graph.h"
#include "onnx_export/pipeline.h"

namespace fractalsync {

/// Heads and the split state -> visual_parameters [1, 7], rotation [1] and next_state, under their names.
void add_motion(GraphBuilder& graph, const PipelineShape& shape, const VisualSpec& visual, const HeadValues& heads,
                const std::vector<std::string>& state);

}  // namespace fractalsync
