// From raw features to what the MLP sees before standardisation (stages/window.h), by the stages of a backend. The
// order of the columns is the order of the model's inputs.
#pragma once

#include <cstdint>
#include <vector>

#include "backend.h"

namespace fractalsync {

/// Consecutive frames of a track.
struct FrameRange {
  std::int64_t first = 0, count = 0;

  bool operator==(const FrameRange&) const = default;
};

/// How many frames on either side deltas may look at.
std::int64_t frames_beside(const WindowSpec& spec);

/// The frames of a track of `frames` frames whose raw features decide the model features of `part`: itself, and for
/// deltas what they look at on either side. Computed from these alone, the model features of `part` are those that it
/// has within the whole track (the others of `under` need not be).
FrameRange frames_under(const WindowSpec& spec, FrameRange part, std::int64_t frames);

/// `raw` [frames, 6] -> `model` [frames, spec.features()], all of one file and both in the backend's memory: the six
/// features of the sound as it is (`gain` 1) or as if it were `gain` times as loud; then, if asked for, their deltas
/// and the deltas of those. `model` is overwritten.
void compute_model_features(Backend& backend, const WindowSpec& spec, float gain, Matrix<const float> raw,
                            Matrix<float> model);

/// The model features [frames, spec.features()] of one file's raw features [frames, 6], from and to host memory.
std::vector<float> model_features_of(Backend& backend, const WindowSpec& spec, View<const float> raw);

}  // namespace fractalsync
