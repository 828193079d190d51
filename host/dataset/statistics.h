// Mean and standard deviation of the model features of a training set, however long.
#pragma once

#include <vector>

#include "host/dataset/track_store.h"

namespace fractalsync {

/// Statistics over all frames of `tracks`, each at its loudness. Reads a piece at a time: memory does not depend on how
/// many there are and how long they are. Throws Error when there is no frame at all.
FeatureStatistics take_statistics(Backend& backend, const WindowSpec& window, const std::vector<TrackVersion>& tracks);

}  // namespace fractalsync
