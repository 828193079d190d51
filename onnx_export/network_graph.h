// The network inside a graph: from model features to logits and to the heads of stages/visual.h. Internal to
// onnx_export.
#pragma once

#include <string>

#include "onnx_export/graph_builder.h"
#include "onnx_export/model.h"

namespace fractalsync {

/// Names of the heads, [rows, columns]: julia 2, color 3 (hue, saturation, brightness), log_zoom 1, speed 1.
struct HeadValues {
  std::string julia, color, log_zoom, speed;
};

/// Throws CheckFailure when the arrays of the model do not fit its layout, or its zoom its bounds.
void check_sizes(const ExportModel& model);

/// `features` [rows, window.input()], model features before standardisation -> standardised and clipped. Throws Error
/// when the statistics hold a number that is not finite.
std::string add_standardization(GraphBuilder& graph, const ExportModel& model, const std::string& features);

/// `inputs` [rows, the network's input] -> logits [rows, 7]. Throws Error when the network holds a number that is not
/// finite.
std::string add_layers(GraphBuilder& graph, const ExportModel& model, const std::string& inputs);

/// Those of the plain formulation.
HeadValues add_heads(GraphBuilder& graph, const VisualSpec& visual, const std::string& logits);

}  // namespace fractalsync
