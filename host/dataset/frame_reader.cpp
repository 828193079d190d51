#include "host/dataset/frame_reader.h"

#include <algorithm>

#include "core/check.h"

namespace fractalsync {
namespace {

constexpr std::int64_t kHalfFrame = kFftSize / 2;

std::int64_t samples_under(std::int64_t frames) { return kFftSize + kHop * (frames - 1); }

}  // namespace

FrameReader::FrameReader(PcmStream& pcm, std::int64_t frames_per_block)
    : pcm_(pcm), samples_(static_cast<std::size_t>(samples_under(frames_per_block))), filled_(kHalfFrame) {
  FS_CHECK(frames_per_block >= 2);
}

PcmBlock FrameReader::next() {
  // Flux and onset of a block's first row need the frame before it: that one is kept.
  if (frames_ > 0) {
    const std::int64_t gone = kHop * (frames_ - 1);
    std::copy(samples_.begin() + gone, samples_.begin() + filled_, samples_.begin());
    filled_ -= gone;
    first_frame_ += frames_ - 1;
  }
  const std::int64_t room = static_cast<std::int64_t>(samples_.size());
  if (!ended_) {
    const std::int64_t got = pcm_.read({samples_.data() + filled_, room - filled_});
    file_samples_ += got;
    filled_ += got;
    ended_ = filled_ < room;
  }
  std::int64_t frames = (room - kFftSize) / kHop + 1;
  if (ended_) {
    const std::int64_t frames_in_file = 1 + file_samples_ / kHop;
    frames = std::min(frames, frames_in_file - first_frame_);
    std::fill(samples_.begin() + filled_, samples_.end(), 0.0f);
  }
  const bool has_previous = frames_ > 0;
  frames_ = frames;
  const std::int64_t length = samples_under(frames);
  return {.samples = {samples_.data(), length},
          .padding_front = std::clamp<std::int64_t>(kHalfFrame - kHop * first_frame_, 0, length),
          .padding_back = std::max<std::int64_t>(length - filled_, 0),
          .has_previous = has_previous};
}

}  // namespace fractalsync
