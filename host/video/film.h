// A song as a video: pictures of its timeline, drawn by the backend one after the other, with its sound.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>

#include "backend.h"
#include "host/video/timeline.h"
#include "host/video/video_file.h"

namespace fractalsync {

struct FilmSpec {
  VideoSpec video;  ///< seconds 0: to the song's end
  int samples = 2;  ///< along each side of a pixel
  Look look = Look::classic;
  bool limit_flashes = true;
};

/// Told after every frame: how many are done, of how many, and how many of them the flash limiter held back.
using FramesDone = std::function<void(std::int64_t done, std::int64_t total, std::int64_t held_back)>;

/// Makes the video at `path`, whose frame k shows the moment start + k / fps. Throws Error, a sentence for people, when
/// it cannot be made or `stop` was set; then nothing is left of it.
void film(Backend& backend, const Timeline& timeline, FilmSpec spec, const std::filesystem::path& path,
          const FramesDone& done, const std::atomic<bool>& stop);

}  // namespace fractalsync
