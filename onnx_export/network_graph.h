// The network inside a graph: from model features to the heads of stages/visual.h. Internal to onnx_export.
#pragma once

#include <string>

#include "onnx_export/graph_builder.h"
#include "onnx_export/model.h"

namespace fractalsync {

/// Names of the heads, [rows, columns]: julia 2, color 3 (hue, saturation, brightness), log_zoom 1, speed 1.
struct HeadValues {
  std::string julia, color, log_zoom, speed;
};

/// Throws CheckFailure when the arrays of the model do not fit its layout.
void check_sizes(const ExportModel& model);

/// `features` [rows, window.input()], model features before standardisation -> standardised, clipped, through the
/// layers and the heads. Throws Error when the network holds a number that is not finite.
HeadValues add_network(GraphBuilder& graph, const ExportModel& model, const std::string& features);

}  // namespace fractalsync
