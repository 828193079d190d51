// The network in double precision, written plainly: what the backends' gradients are differenced against.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "math/mlp.h"
#include "stages/mlp.h"

namespace fractalsync::test {

/// The step whose random numbers the dropout mask is drawn from.
struct DropoutKey {
  std::uint64_t seed = 0;
  std::int64_t step = 0;
};

/// Logits [rows, 7] in training mode; `windows` is [rows, input], `parameters` flat as the layout says.
inline std::vector<double> mlp_reference(const MlpLayout& layout, const std::vector<double>& parameters,
                                         const std::vector<double>& windows, std::size_t rows,
                                         const DropoutKey& dropout) {
  const auto parameter = [&](std::int64_t place) { return parameters[static_cast<std::size_t>(place)]; };
  std::vector<double> input = windows;
  for (std::size_t l = 0; l < layout.layers().size(); ++l) {
    const LayerInfo& layer = layout.layers()[l];
    const auto in = static_cast<std::size_t>(layer.in), out = static_cast<std::size_t>(layer.out);
    std::vector<double> output(rows * out);
    for (std::size_t c = 0; c < out; ++c) {
      const auto column = static_cast<std::int64_t>(c);
      double mean = 0, variance = 0;
      for (std::size_t r = 0; r < rows; ++r) {
        double sum = parameter(layer.bias + column);
        for (std::size_t k = 0; k < in; ++k)
          sum += input[r * in + k] * parameter(layer.weight + static_cast<std::int64_t>(k) * layer.stride + column);
        output[r * out + c] = sum;
        mean += sum / static_cast<double>(rows);
      }
      for (std::size_t r = 0; r < rows; ++r)
        variance += (output[r * out + c] - mean) * (output[r * out + c] - mean) / static_cast<double>(rows);
      for (std::size_t r = 0; r < rows; ++r) {
        double& y = output[r * out + c];
        if (layer.batch_norm())
          y = parameter(layer.gamma + column) * (y - mean) / std::sqrt(variance + kBatchNormEpsilon) +
              parameter(layer.beta + column);
        if (layer.relu && y < 0) y = 0;
        if (layer.dropout) {
          const RandomBlock words =
              math::dropout_words(dropout.seed, static_cast<std::uint32_t>(dropout.step), l, r / 4, c);
          const double rate = layout.spec().dropout;
          y *= uniform_float(words.word[r % 4]) < layout.spec().dropout ? 0 : 1 / (1 - rate);
        }
      }
    }
    input = std::move(output);
  }
  return input;
}

}  // namespace fractalsync::test
