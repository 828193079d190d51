// Pictures of a track where it is quiet, loud, dark and bright, drawn as people see them (host/picture).
#pragma once

#include <string>

#include "host/evaluate/series.h"
#include "host/picture/render.h"

namespace fractalsync::report {

/// What is drawn in a frame of a playback.
Still still_of(const Playback& playback, std::int64_t frame);

/// A row of pictures for each of the four passages, with their times; `first_second` is that of the first frame.
std::string passages(const TrackSeries& series, double first_second, int threads);

}  // namespace fractalsync::report
