// Framing and Fourier transform inside a graph. Internal to onnx_export.
#pragma once

#include <string>

#include "onnx_export/graph_builder.h"

namespace fractalsync {

/// `samples` [512 blocks] -> |X|^2 [frames, 1025] of the blocks - 3 whole frames in them, under the Hann window.
///
/// A transform of 2048 = 64 x 32 numbers, n = 32 n1 + n2, k = k1 + 64 k2: transforms of 64 over n1 for each n2 (a
/// matrix product), a twiddle, transforms of 32 over n2 for each k1 (another). The samples are real, so k1 goes from 0
/// to 32 only: the other bins are mirror images.
std::string add_power_spectra(GraphBuilder& graph, const std::string& samples, int blocks);

}  // namespace fractalsync
