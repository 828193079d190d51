// Pictures of a track where it is quiet, loud, dark and bright, drawn as people see them (host/picture).
#pragma once

#include <string>

#include "host/evaluate/series.h"

namespace fractalsync::report {

/// A row of pictures for each of the four passages, with their times; `first_second` is that of the first frame.
std::string passages(Backend& backend, const TrackSeries& series, double first_second);

}  // namespace fractalsync::report
