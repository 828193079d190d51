// A network to export, and the plain forward pass that its files are compared with.
#pragma once

#include "core/view.h"
#include "onnx_export/model.h"

namespace fractalsync::test {

/// A network whose every number matters: weights and biases that let the outputs use their ranges,
/// BatchNorm and feature statistics at random; one feature is constant (std 0).
ExportModel random_model(const WindowSpec& window, bool batch_norm, std::uint64_t seed, const MotionSpec& motion = {});

/// Of the plain formulation: visual parameters [rows, 7] of windows [rows, input] of model features, in double, as the definitions say: clipped
/// standardisation, Linear, BatchNorm, ReLU, heads; nothing folded.
void reference_forward(const ExportModel& model, Matrix<const float> windows, Matrix<double> visual);

/// The same, [rows, 7], by the network as the program runs it: standardised on the host, then the CPU backend's
/// mlp_forward and visual_forward.
void native_forward(const ExportModel& model, Matrix<const float> windows, Matrix<float> visual);

}  // namespace fractalsync::test
