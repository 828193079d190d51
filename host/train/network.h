// The network being trained: parameters, both moments and running statistics, each one flat array on the backend.
#pragma once

#include <vector>

#include "backend.h"
#include "host/train/state.h"

namespace fractalsync {

class Network {
 public:
  /// Uploads the arrays of `state`.
  Network(Backend& backend, const TrainingState& state);

  const MlpLayout& layout() const { return layout_; }
  View<float> parameters() { return parameters_.view(); }
  View<float> first_moment() { return first_moment_.view(); }
  View<float> second_moment() { return second_moment_.view(); }
  View<float> statistics() { return statistics_.view(); }

  /// Copies the arrays back into `state`.
  void save_to(Backend& backend, TrainingState& state) const;

 private:
  MlpLayout layout_;
  Buffer<float> parameters_, first_moment_, second_moment_, statistics_;
};

/// Fills the arrays of a state whose configuration is set with those of an untrained network: random weights from its
/// seed; output biases 0, but plain for those of c, which start at kInitialReal, kInitialImag (recipe.h), and atlas for
/// that of speed, which starts slow.
void initialise_network(TrainingState& state);

}  // namespace fractalsync
