#include "host/video/timeline.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/check.h"
#include "math/visual.h"
#include "stages/features.h"

namespace fractalsync {
namespace {

constexpr double kFramesPerSecond = static_cast<double>(kSampleRate) / kHop;

std::vector<DisplayFrame> frames_of(const Playback& playback) {
  std::vector<DisplayFrame> frames;
  double life = 0;
  for (std::int64_t t = 0; t < playback.frames; ++t) {
    frames.push_back(playback.display_frame(t));
    frames.back().life = static_cast<float>(life);
    // As in the browser app: backgrounds live by time, a little faster with the music.
    life += (0.5 + static_cast<double>(playback.heads_matrix()(t, kSpeed))) / kFramesPerSecond;
  }
  return frames;
}

float straight(float a, float b, float share) { return a + share * (b - a); }

float short_way(float a, float b, float share) {
  constexpr double kTurn = math::kTwoPi;
  const double way = std::remainder(static_cast<double>(b) - static_cast<double>(a), kTurn);
  const double angle = static_cast<double>(a) + static_cast<double>(share) * way;
  return static_cast<float>(angle - kTurn * std::floor(angle / kTurn));
}

}  // namespace

DisplayFrame between(const DisplayFrame& a, const DisplayFrame& b, float share) {
  return {.c_re = straight(a.c_re, b.c_re, share),
          .c_im = straight(a.c_im, b.c_im, share),
          .log_zoom = straight(a.log_zoom, b.log_zoom, share),
          .phi = short_way(a.phi, b.phi, share),
          .hue = straight(a.hue, b.hue, share),
          .saturation = straight(a.saturation, b.saturation, share),
          .brightness = straight(a.brightness, b.brightness, share),
          .life = straight(a.life, b.life, share)};
}

Timeline::Timeline(std::vector<DisplayFrame> frames, int window_frames)
    : frames_(std::move(frames)), window_frames_(window_frames) {
  FS_CHECK(!frames_.empty() && window_frames_ >= 1);
}
Timeline::Timeline(const Playback& playback, int window_frames) : Timeline(frames_of(playback), window_frames) {}

DisplayFrame Timeline::at(double seconds) const {
  const double last = static_cast<double>(frames_.size() - 1);
  const double place = std::clamp(seconds * kFramesPerSecond - 0.5 * (window_frames_ - 1), 0.0, last);
  const auto before = static_cast<std::size_t>(place);
  const std::size_t after = std::min(before + 1, frames_.size() - 1);
  return between(frames_[before], frames_[after], static_cast<float>(place - static_cast<double>(before)));
}

double Timeline::seconds() const {
  return static_cast<double>(frames_.size() + static_cast<std::size_t>(window_frames_) - 1) / kFramesPerSecond;
}

}  // namespace fractalsync
