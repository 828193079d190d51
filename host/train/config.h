// What defines a training run, besides the music: two runs with the same configuration, files and seed give the same
// bytes. Saved in every checkpoint.
#pragma once

#include <cstdint>

#include "host/train/recipe.h"
#include "stages/window.h"

namespace fractalsync {

struct TrainConfig {
  int epochs = 100;
  int batch_size = 256;       ///< frames per step: whole sequences of sequence_length windows
  int sequence_length = 128;  ///< contiguous windows per sequence, at most
  double learning_rate = 2e-3;
  double validation_fraction = 0.2;  ///< of the files
  std::uint64_t seed = 0;
  WindowSpec window;
  Recipe recipe;
};

}  // namespace fractalsync
