#include "host/train/network.h"

#include <cmath>
#include <variant>

#include "stages/mlp_init.h"

namespace fractalsync {
namespace {

Buffer<float> to_device(Backend& backend, const std::vector<float>& host, std::int64_t expected) {
  FS_CHECK_EQ(static_cast<std::int64_t>(host.size()), expected);
  Buffer<float> device(backend.memory(), expected);
  upload<float>(backend, host, device.view());
  return device;
}

/// Where the network starts from.
void initialise_biases(const VisualSpec&, float* bias) {
  bias[kJuliaReal] = std::atanh(kInitialReal / 2);
  bias[kJuliaImag] = std::atanh(kInitialImag / 2);
}
void initialise_biases(const AtlasSpec&, float* bias) { bias[kJourney] = bias[kSpeed] = -1; }

}  // namespace

Network::Network(Backend& backend, const TrainingState& state)
    : layout_(state.config.recipe.network),
      parameters_(to_device(backend, state.parameters, layout_.parameter_size())),
      first_moment_(to_device(backend, state.first_moment, layout_.parameter_size())),
      second_moment_(to_device(backend, state.second_moment, layout_.parameter_size())),
      statistics_(to_device(backend, state.running_statistics, layout_.statistics_size())) {}

void Network::save_to(Backend& backend, TrainingState& state) const {
  state.parameters = to_host(backend, parameters_.view());
  state.first_moment = to_host(backend, first_moment_.view());
  state.second_moment = to_host(backend, second_moment_.view());
  state.running_statistics = to_host(backend, statistics_.view());
}

void initialise_network(TrainingState& state) {
  const MlpLayout layout(state.config.recipe.network);
  const auto size = static_cast<std::size_t>(layout.parameter_size());
  state.parameters.assign(size, 0.0f);
  state.first_moment.assign(size, 0.0f);
  state.second_moment.assign(size, 0.0f);
  state.running_statistics.assign(static_cast<std::size_t>(layout.statistics_size()), 0.0f);
  initialise(layout, state.config.seed, state.parameters);
  initialise_statistics(layout, state.running_statistics);
  float* bias = state.parameters.data() + layout.layers().back().bias;
  for (int k = 0; k < kHeads; ++k) bias[k] = 0;
  std::visit([bias](const auto& motion) { initialise_biases(motion, bias); }, state.config.recipe.motion);
}

}  // namespace fractalsync
