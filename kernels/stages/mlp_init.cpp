// Initial values of the network (mlp_init.h).
#include "stages/mlp_init.h"

#include <algorithm>
#include <cmath>

#include "core/rng.h"

namespace fractalsync {

void initialise(const MlpLayout& layout, std::uint64_t seed, View<float> parameters) {
  FS_CHECK_EQ(parameters.size(), layout.parameter_size());
  std::fill(parameters.begin(), parameters.end(), 0.0f);
  std::uint32_t tensor = 0;  // what the generator counts
  const auto draw = [&](std::int64_t offset, std::int64_t rows, const LayerInfo& layer) {
    const float bound = 1 / std::sqrt(static_cast<float>(layer.in));
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t c = 0; c < layer.out; ++c) {
        const auto counter = static_cast<std::uint64_t>(r * layer.out + c);
        const RandomBlock block = random_block(seed, RandomStream::initial_weights, counter, tensor);
        parameters[offset + r * layer.stride + c] = (2 * uniform_float(block.word[0]) - 1) * bound;
      }
    ++tensor;
  };
  for (const LayerInfo& layer : layout.layers()) {
    draw(layer.weight, layer.in, layer);
    draw(layer.bias, 1, layer);
    if (layer.batch_norm()) std::fill_n(parameters.data() + layer.gamma, layer.out, 1.0f);
  }
}

void initialise_statistics(const MlpLayout& layout, View<float> statistics) {
  FS_CHECK_EQ(statistics.size(), layout.statistics_size());
  std::fill(statistics.begin(), statistics.end(), 0.0f);
  for (const LayerInfo& layer : layout.layers())
    if (layer.batch_norm()) std::fill_n(statistics.data() + layer.running_variance, layer.out, 1.0f);
}

}  // namespace fractalsync
