#include "onnx_export/pipeline.h"

#include <variant>

#include "onnx_export/atlas_graph.h"
#include "onnx_export/features_graph.h"
#include "onnx_export/metadata.h"
#include "onnx_export/model_file.h"
#include "onnx_export/motion_graph.h"
#include "onnx_export/network_graph.h"

namespace fractalsync {
namespace {

/// From the sound to the network's standardised window [1, W F].
std::string add_hearing(GraphBuilder& graph, const ExportModel& model, const std::string& pcm,
                        const std::string& calls) {
  const std::string features = add_features(graph, PipelineShape(model.window), model.window, pcm, calls);
  return add_standardization(graph, model, graph.reshape("window", features, {1, model.window.input()}));
}

// From the sound and the state to all outputs.
void add_call(GraphBuilder& graph, const ExportModel& model, const VisualSpec& visual, const std::string& pcm,
              const std::string& state) {
  const auto parts = graph.split(state, 0, {"calls", "drawn_before", "rotation_before"}, {1, 3, 1});
  const std::string window = add_hearing(graph, model, pcm, parts[0]);
  const HeadValues heads = add_heads(graph, visual, add_layers(graph, model, window));
  add_motion(graph, PipelineShape(model.window), visual, heads, parts);
}
void add_call(GraphBuilder& graph, const ExportModel& model, const AtlasSpec& atlas, const std::string& pcm,
              const std::string& state) {
  const AtlasState before = split_atlas_state(graph, state);
  AtlasState next;
  const std::string window = add_hearing(graph, model, pcm, before.calls);
  add_atlas_motion(graph, atlas, before, add_layers(graph, model, window), next);
  join_atlas_state(graph, PipelineShape(model.window), before, next);
}

std::vector<std::string> names_of(const VisualSpec&) {
  return {"calls", "julia_real", "julia_imag", "log_zoom", "rotation"};
}
std::vector<std::string> names_of(const AtlasSpec&) {
  return {"calls", "edges", "color_hue", "color_sat", "color_bright", "log_zoom", kJourneyState, "rotation"};
}

}  // namespace

std::vector<std::string> state_names(const MotionSpec& motion) {
  return std::visit([](const auto& spec) { return names_of(spec); }, motion);
}

std::vector<float> first_state(const MotionSpec& motion, float journey) {
  std::vector<float> state;
  for (const std::string& name : state_names(motion)) state.push_back(name == kJourneyState ? journey : 0);
  return state;
}

bool has_pipeline(const WindowSpec& window) { return window.frames > kDeltaLag || PipelineShape(window).orders == 0; }

std::string pipeline_bytes(const ExportModel& model) {
  check_sizes(model);
  if (!has_pipeline(model.window))
    throw Error(detail::concat("a pipeline with deltas needs windows of at least ", kDeltaLag + 1,
                               " frames, and this network's have ", model.window.frames, "; export the model alone"));
  onnx::ModelProto proto = start_model(pipeline_metadata_properties(model));
  GraphBuilder graph(*proto.mutable_graph());
  const std::string pcm = graph.input(kPipelineSound, {PipelineShape(model.window).samples()});
  const std::string state = graph.input(kPipelineState, {state_size(model.motion)});
  std::visit([&](const auto& motion) { add_call(graph, model, motion, pcm, state); }, model.motion);
  graph.output(kVisualOutput, {1, kHeads});
  graph.output(kPipelineRotation, {1});
  graph.output(kPipelineFeatures, {model.window.frames, model.window.features()});
  graph.output(kPipelineNextState, {state_size(model.motion)});
  return serialized(proto);
}

}  // namespace fractalsync
