#include "onnx_export/model.h"

#include <variant>

#include "onnx_export/atlas_graph.h"
#include "onnx_export/metadata.h"
#include "onnx_export/model_file.h"
#include "onnx_export/network_graph.h"

namespace fractalsync {
namespace {

/// `windows` [batch, W F], standardised -> visual_parameters.
void add_picture(GraphBuilder& graph, const ExportModel& model, const VisualSpec& visual, const std::string& windows) {
  const HeadValues heads = add_heads(graph, visual, add_layers(graph, model, windows));
  const std::string zoom = graph.node("Exp", "zoom", {heads.log_zoom});
  graph.concat(kVisualOutput, 1, {heads.julia, heads.color, zoom, heads.speed});
}
void add_picture(GraphBuilder& graph, const ExportModel& model, const AtlasSpec& atlas, const std::string& windows) {
  add_first_picture(graph, atlas, add_layers(graph, model, windows));
}

}  // namespace

std::string model_bytes(const ExportModel& model) {
  check_sizes(model);
  onnx::ModelProto proto = start_model(metadata_properties(model));
  GraphBuilder graph(*proto.mutable_graph());
  const std::string windows = add_standardization(graph, model, graph.input(kModelInput, {-1, model.window.input()}));
  std::visit([&](const auto& motion) { add_picture(graph, model, motion, windows); }, model.motion);
  graph.output(kVisualOutput, {-1, kHeads});
  return serialized(proto);
}

}  // namespace fractalsync
