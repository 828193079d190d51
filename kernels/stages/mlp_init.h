// Initial values of the network, the same on every machine: PyTorch's defaults for nn.Linear and nn.BatchNorm1d, drawn
// from the counter-based generator. Where training begins; the output biases may then be set to start from a chosen
// picture (the trainer's business).
#pragma once

#include <cstdint>

#include "core/view.h"
#include "stages/mlp.h"

namespace fractalsync {

/// Writes the whole flat array (host memory, layout.parameter_size() floats): weights and biases of a Linear layer
/// uniform in [-1 / sqrt(in), 1 / sqrt(in)), gammas 1, betas 0, padding 0. What an element gets depends on the seed,
/// its tensor and its place therein, not on the padding.
void initialise(const MlpLayout& layout, std::uint64_t seed, View<float> parameters);

/// Running means 0, running variances 1, padding 0 (host memory, layout.statistics_size() floats).
void initialise_statistics(const MlpLayout& layout, View<float> statistics);

}  // namespace fractalsync
