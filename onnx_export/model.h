// model.onnx: model features of a window in, the seven visual parameters out. The graph holds all that lies between:
//
//   audio_features [batch, W F] -> (x - mean) scale -> Clip +-5 -> (Gemm -> Relu)* -> Gemm -> heads
//       -> visual_parameters [batch, 7]
//
// BatchNorm is folded into the weights of the layer before it; dropout does nothing at inference. IR version 8,
// opset 17.
#pragma once

#include <string>
#include <vector>

#include "stages/mlp.h"
#include "stages/motion.h"
#include "stages/window.h"

namespace fractalsync {

inline constexpr const char* kModelInput = "audio_features";
inline constexpr const char* kVisualOutput = "visual_parameters";

/// Everything a model file is made of.
struct ExportModel {
  MlpLayout layout;
  std::vector<float> parameters;  ///< flat, as `layout` says
  std::vector<float> statistics;  ///< BatchNorm's running statistics, flat
  WindowSpec window;
  std::vector<float> feature_mean, feature_std;  ///< of the model features, [window.features()]
  MotionSpec motion;
  int epoch = 0;  ///< epochs trained
};

/// The bytes of model.onnx, not yet verified (see verify.h). Throws Error when the network holds a number that is not
/// finite, CheckFailure when the arrays do not fit the layout.
std::string model_bytes(const ExportModel& model);

}  // namespace fractalsync
