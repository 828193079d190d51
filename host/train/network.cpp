#include "host/train/network.h"

#include <cmath>

#include "host/train/recipe.h"
#include "stages/mlp_init.h"

namespace fractalsync {

Network::Network(Backend& backend, const MlpSpec& spec, std::uint64_t seed)
    : layout_(spec),
      parameters_(backend.memory(), layout_.parameter_size()),
      first_moment_(backend.memory(), layout_.parameter_size()),
      second_moment_(backend.memory(), layout_.parameter_size()),
      statistics_(backend.memory(), layout_.statistics_size()) {
  std::vector<float> parameters(static_cast<std::size_t>(layout_.parameter_size()));
  std::vector<float> statistics(static_cast<std::size_t>(layout_.statistics_size()));
  initialise(layout_, seed, parameters);
  initialise_statistics(layout_, statistics);
  float* bias = parameters.data() + layout_.layers().back().bias;
  for (int k = 0; k < kHeads; ++k) bias[k] = 0;
  bias[kJuliaReal] = std::atanh(kInitialReal / 2);
  bias[kJuliaImag] = std::atanh(kInitialImag / 2);
  const std::vector<float> zeros(parameters.size(), 0.0f);
  upload<float>(backend, parameters, parameters_.view());
  upload<float>(backend, zeros, first_moment_.view());
  upload<float>(backend, zeros, second_moment_.view());
  upload<float>(backend, statistics, statistics_.view());
}

std::vector<float> to_host(Backend& backend, View<const float> device) {
  std::vector<float> host(static_cast<std::size_t>(device.size()));
  download<float>(backend, device, host);
  return host;
}

}  // namespace fractalsync
