// How the network came to be: its training's history and its configuration.
#pragma once

#include <string>

#include "host/train/state.h"

namespace fractalsync::report {

/// Loss and held-out correlations over the epochs; a sentence where there are none yet.
std::string training_curves(const TrainingState& state);

/// Every option that the run keeps (host/train/options.h), with its value.
std::string configuration(const TrainingState& state);

}  // namespace fractalsync::report
