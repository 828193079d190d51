#include "onnx_export/pipeline.h"

#include "onnx_export/features_graph.h"
#include "onnx_export/metadata.h"
#include "onnx_export/model_file.h"
#include "onnx_export/motion_graph.h"

namespace fractalsync {
bool has_pipeline(const WindowSpec& window) { return window.frames > kDeltaLag || PipelineShape(window).orders == 0; }

std::string pipeline_bytes(const ExportModel& model) {
  check_sizes(model);
  if (!has_pipeline(model.window))
    throw Error(detail::concat("a pipeline with deltas needs windows of at least ", kDeltaLag + 1,
                               " frames, and this network's have ", model.window.frames, "; export the model alone"));
  const PipelineShape shape(model.window);
  onnx::ModelProto proto = start_model(pipeline_metadata_properties(model));
  GraphBuilder graph(*proto.mutable_graph());
  const std::string pcm = graph.input(kPipelineSound, {shape.samples()});
  const auto state = graph.split(graph.input(kPipelineState, {kStateSize}), 0,
                                 {"calls", "drawn_before", "rotation_before"}, {1, 3, 1});
  const std::string features = add_features(graph, shape, model.window, pcm, state[0]);
  const std::string window = graph.reshape("window", features, {1, model.window.input()});
  add_motion(graph, shape, model.visual, add_network(graph, model, window), state);
  graph.output(kVisualOutput, {1, kHeads});
  graph.output(kPipelineRotation, {1});
  graph.output(kPipelineFeatures, {model.window.frames, model.window.features()});
  graph.output(kPipelineNextState, {kStateSize});
  return serialized(proto);
}

}  // namespace fractalsync
