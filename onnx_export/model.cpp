#include "onnx_export/model.h"

#include "onnx_export/metadata.h"
#include "onnx_export/model_file.h"
#include "onnx_export/network_graph.h"

namespace fractalsync {

std::string model_bytes(const ExportModel& model) {
  check_sizes(model);
  onnx::ModelProto proto = start_model(metadata_properties(model));
  GraphBuilder graph(*proto.mutable_graph());
  const HeadValues heads = add_network(graph, model, graph.input(kModelInput, {-1, model.window.input()}));
  const std::string zoom = graph.node("Exp", "zoom", {heads.log_zoom});
  graph.concat(kVisualOutput, 1, {heads.julia, heads.color, zoom, heads.speed});
  graph.output(kVisualOutput, {-1, kHeads});
  return serialized(proto);
}

}  // namespace fractalsync
