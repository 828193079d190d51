// The options of `train` that make up the configuration of a run.
#pragma once

#include <CLI/App.hpp>
#include <memory>

#include "host/train/config.h"

namespace fractalsync::cli {

/// Adds them; the configuration is complete once `finish` ran.
class TrainOptions {
 public:
  static std::shared_ptr<TrainOptions> add_to(CLI::App& command);

  /// Settles what depends on several options. Throws CLI::ValidationError for values that cannot be.
  TrainConfig finish(std::uint64_t seed) const;

 private:
  TrainConfig config_;
};

}  // namespace fractalsync::cli
