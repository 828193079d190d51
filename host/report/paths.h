// Where c goes: paths over the Mandelbrot set.
#pragma once

#include <string>
#include <vector>

#include "backend.h"
#include "host/evaluate/playback.h"

namespace fractalsync::report {

/// A path, thinned out to what can be seen of it.
struct Path {
  std::vector<double> re, im;
};
Path path_of(const Playback& playback);

/// The set itself as an SVG symbol that every map refers to: once per page.
std::string mandelbrot_symbol(Backend& backend);

/// All paths, a colour each.
std::string map_of_all(const std::vector<Path>& paths);
/// The surroundings of one path, which goes from dark to light.
std::string map_of(const Path& path);

}  // namespace fractalsync::report
