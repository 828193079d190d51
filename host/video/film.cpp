#include "host/video/film.h"

#include <algorithm>
#include <cmath>

#include "core/check.h"
#include "host/picture/render.h"
#include "host/video/flash_guard.h"

namespace fractalsync {

void film(Backend& backend, const Timeline& timeline, FilmSpec spec, const std::filesystem::path& path,
          const FramesDone& done, const std::atomic<bool>& stop) {
  VideoSpec& video = spec.video;
  const double left = timeline.seconds() - video.start;
  if (!(left > 0))
    throw Error("the song ends after " + std::to_string(static_cast<int>(timeline.seconds())) +
                " seconds, before the start of the video");
  video.seconds = video.seconds > 0 ? std::min(video.seconds, left) : left;
  // Every frame that begins before the end; a part of 1e-6 of a frame is rounding.
  const auto frames = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(video.seconds * video.fps - 1e-6)));

  VideoFile file(path, video);
  FlashGuard guard;
  const DisplaySpec display{.width = video.width, .height = video.height, .samples = spec.samples, .look = spec.look};
  for (std::int64_t k = 0; k < frames; ++k) {
    if (stop) throw Error("stopped; nothing was written");
    const double seconds = static_cast<double>(k) / video.fps;
    Image image = render_still(backend, display, timeline.at(video.start + seconds));
    if (spec.limit_flashes) guard.limit(image, 1000 * seconds);
    file.add(image);
    done(k + 1, frames, guard.held_back());
  }
  file.finish();
}

}  // namespace fractalsync
