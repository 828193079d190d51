// The last word on an exported file: it is read back and must give what the network gives.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "core/view.h"
#include "onnx_export/model.h"

namespace fractalsync {

/// The network that the file must agree with: visual parameters [rows, 7], as model.onnx gives them, of windows
/// [rows, input] of model features before standardisation.
using NetworkReference = std::function<void(Matrix<const float> windows, Matrix<float> visual)>;

struct Verification {
  std::int64_t windows = 0;
  double largest_difference = 0;  ///< between the file, evaluated in double, and the reference
  double tolerance = 0;
};

/// Random windows of model features, `spread` standard deviations to either side of the mean, [rows, input].
std::vector<float> random_windows(const ExportModel& model, std::int64_t rows, float spread, std::uint64_t seed);

/// Reads `bytes` back, checks versions, names, shapes and metadata, and compares 256 random windows, a quarter of
/// their features beyond the clip. Throws Error when anything disagrees.
Verification verify_model(std::string_view bytes, const ExportModel& model, const NetworkReference& reference);

}  // namespace fractalsync
