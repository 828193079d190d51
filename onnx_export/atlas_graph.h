// The atlas formulation inside a graph: heads, motion and chart (stages/atlas.h). Internal to onnx_export.
#pragma once

#include <string>

#include "onnx_export/graph_builder.h"
#include "onnx_export/pipeline.h"

namespace fractalsync {

/// model.onnx: logits -> visual_parameters [rows, 7], each row the first of a song.
void add_first_picture(GraphBuilder& graph, const AtlasSpec& spec, const std::string& logits);

/// What pipeline.onnx hands from call to call, as parts of its state and of its next state.
struct AtlasState {
  std::string calls, smooth, journey, rotation;
  std::string begun;  ///< of a state: were there calls before?
};
/// `state` in its parts.
AtlasState split_atlas_state(GraphBuilder& graph, const std::string& state);
/// Logits [1, 7] -> visual_parameters and rotation; `next` gets the motion.
void add_atlas_motion(GraphBuilder& graph, const AtlasSpec& spec, const AtlasState& state, const std::string& logits,
                      AtlasState& next);
/// next_state of its parts, with one call more.
void join_atlas_state(GraphBuilder& graph, const PipelineShape& shape, const AtlasState& state, const AtlasState& next);

}  // namespace fractalsync
