// A trained network playing a track: what would be drawn, frame by frame.
#pragma once

#include <vector>

#include "backend.h"
#include "host/dataset/track_store.h"
#include "stages/motion.h"

namespace fractalsync {

/// A network as playing needs it (backend memory).
struct PlayableNetwork {
  const MlpLayout& layout;
  View<const float> parameters;
  View<float> statistics;
  MotionSpec motion;
};

/// Which windows of a track (store frame numbers).
struct Excerpt {
  std::size_t track = 0;
  std::int64_t first = 0, count = 0;
};

/// Host copies, one row per window.
struct Playback {
  std::int64_t frames = 0;
  std::vector<float> heads;  ///< [frames, 7]
  std::vector<float> drawn;  ///< [frames, 4]

  Matrix<const float> heads_matrix() const { return {heads.data(), frames, kHeads}; }
  Matrix<const float> drawn_matrix() const { return {drawn.data(), frames, kDrawnColumns}; }
  std::vector<double> head_series(Head head) const;
  /// What is drawn in frame t.
  DisplayFrame display_frame(std::int64_t t) const;
};

/// Plays windows [first, first + count) of the store (frame numbers of the whole store), motion starting at rest there
/// and, with the atlas, the journey at that angle (journey.h).
Playback play(Backend& backend, const PlayableNetwork& network, const TrackStore& store, std::int64_t first,
              std::int64_t count, float journey);
/// Plays an excerpt, its journey starting where the track's name says.
Playback play(Backend& backend, const PlayableNetwork& network, const TrackStore& store, const Excerpt& excerpt);

/// Columns of what is drawn: the seven visual parameters, and the rotation in radians, [0, 2 pi).
inline constexpr int kMotionColumns = kHeads + 1;

/// What pipeline.onnx gives, [frames, 8]: c and zoom after the motion channel, the other parameters as the heads give
/// them, the rotation.
std::vector<float> as_drawn(const Playback& playback);

/// The seven visual parameters as model.onnx gives them, [rows, 7], of windows that know of each other: plain, the
/// heads with zoom = exp(ln zoom); atlas, what is drawn first of a song whose journey begins at 0.
std::vector<float> straight_parameters(Backend& backend, const PlayableNetwork& network, const WindowBatch& windows);
/// Of windows [first, first + count) of the store.
std::vector<float> straight_parameters(Backend& backend, const PlayableNetwork& network, const TrackStore& store,
                                       std::int64_t first, std::int64_t count);

}  // namespace fractalsync
