// The last word on an exported pipeline.onnx: it is read back and must do to a sound what the program does.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "core/view.h"
#include "onnx_export/pipeline.h"

namespace fractalsync {

/// The program's own chain, in two halves. The second is asked about the features that the file computes: a rolloff
/// that falls on another bin by rounding is then no matter of the network.
struct PipelineReference {
  /// Model features [frames, F] of a file of these samples.
  std::function<std::vector<float>(View<const float> samples)> features;
  /// The seven parameters as drawn and the rotation, [rows, 8], of consecutive windows of model features [rows, W F],
  /// motion starting at rest and the journey, where there is one, at that angle.
  std::function<std::vector<float>(Matrix<const float> windows, float journey)> motion;
};

struct PipelineVerification {
  std::int64_t calls = 0;
  double feature_difference = 0;  ///< largest but for the rolloff, as a share of the feature's largest value
  double rolloff_bins = 0;        ///< largest difference of the rolloff
  double motion_difference = 0, motion_tolerance = 0;
};

/// Reads `bytes` back, checks versions, names, shapes and metadata, and plays a second of sound (a sweep, bursts of
/// noise, silence) hop by hop, from the start of a stream. Throws Error when anything disagrees.
PipelineVerification verify_pipeline(std::string_view bytes, const ExportModel& model,
                                     const PipelineReference& reference);

}  // namespace fractalsync
