// What a song looks like at every moment: frames of a playback come 43 times a second, those of a video at its own
// rate.
#pragma once

#include <vector>

#include "host/evaluate/playback.h"

namespace fractalsync {

/// The frame `share` of the way from a to b: every number on the straight line, the rotation the short way round, and
/// within [0, 2 pi).
DisplayFrame between(const DisplayFrame& a, const DisplayFrame& b, float share);

/// A window is shown at its middle: frame t of the playback, whose window covers the feature frames t to
/// t + window_frames - 1 of which frame i is centred on sample 512 i, at (t + (window_frames - 1) / 2) 512 / 22050
/// seconds. So pictures do not lag behind the sound by half a window, as they must where it is heard live; what is left
/// is the inertia of the motion. Before the first window's middle and after the last one's the picture stands still.
class Timeline {
 public:
  /// At least one frame, all of them in time order from the start of the song.
  Timeline(std::vector<DisplayFrame> frames, int window_frames);
  Timeline(const Playback& playback, int window_frames);

  /// Frame t of the playback.
  const DisplayFrame& frame(std::int64_t t) const { return frames_[static_cast<std::size_t>(t)]; }
  DisplayFrame at(double seconds) const;
  /// Of the song, up to one hop longer than its sound.
  double seconds() const;

 private:
  std::vector<DisplayFrame> frames_;
  int window_frames_;
};

}  // namespace fractalsync
