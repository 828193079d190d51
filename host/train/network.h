// The network being trained: parameters, both moments and running statistics, each one flat array on the backend.
#pragma once

#include <vector>

#include "backend.h"

namespace fractalsync {

class Network {
 public:
  /// Untrained: random weights from `seed`; output biases 0, but for those of c, which make it start at kInitialReal,
  /// kInitialImag (recipe.h).
  Network(Backend& backend, const MlpSpec& spec, std::uint64_t seed);

  const MlpLayout& layout() const { return layout_; }
  View<float> parameters() { return parameters_.view(); }
  View<float> first_moment() { return first_moment_.view(); }
  View<float> second_moment() { return second_moment_.view(); }
  View<float> statistics() { return statistics_.view(); }

 private:
  MlpLayout layout_;
  Buffer<float> parameters_, first_moment_, second_moment_, statistics_;
};

/// A copy of device memory.
std::vector<float> to_host(Backend& backend, View<const float> device);

}  // namespace fractalsync
