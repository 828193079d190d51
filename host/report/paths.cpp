#include "host/report/paths.h"

#include <algorithm>
#include <cmath>

#include "host/report/html.h"
#include "host/report/plot.h"

namespace fractalsync::report {
namespace {

constexpr double kLeft = -2.05, kRight = 0.65, kTop = 1.25;  // of the plane; symmetric about the real axis
constexpr int kPixelsPerUnit = 300;
constexpr int kMapWidth = 810, kMapHeight = 750;  // pixels: (kRight - kLeft, 2 kTop) * kPixelsPerUnit
constexpr double kSmallestMap = 1.5;              // width of the map of all paths
constexpr double kSmallestView = 0.7;             // and of that of one
constexpr double kThinned = 0.0025;               // steps shorter than this are left out
constexpr std::size_t kShades = 24;

/// c on a map: x to the right, y down.
std::string on_map(double re, double im) {
  return decimal((re - kLeft) * kPixelsPerUnit, 1) + " " + decimal((kTop - im) * kPixelsPerUnit, 1);
}

std::string points(const Path& path, std::size_t first, std::size_t end) {
  std::string text;
  for (std::size_t k = first; k < end; ++k) text += (k == first ? "" : " ") + on_map(path.re[k], path.im[k]);
  return text;
}

std::string dot(const char* style, double re, double im) {
  return std::string("<path class=\"") + style + "\" d=\"M" + on_map(re, im) + "h0\"/>";
}

/// A map of the surroundings of all of `paths`, at least `least_width` of the plane wide.
std::string map(const std::string& label, const std::vector<Path>& paths, double least_width,
                const std::string& content) {
  Range re{kRight, kLeft}, im{kTop, -kTop};
  for (const Path& path : paths)
    for (std::size_t k = 0; k < path.re.size(); ++k) {
      re = {std::min(re.low, path.re[k]), std::max(re.high, path.re[k])};
      im = {std::min(im.low, path.im[k]), std::max(im.high, path.im[k])};
    }
  constexpr double kAir = 1.2, kFlat = 0.75;  // height by width
  const double width = std::max({least_width, kAir * re.span(), kAir * im.span() / kFlat}), height = kFlat * width;
  const double x = (re.low + re.high) / 2 - width / 2 - kLeft, y = kTop - (im.low + im.high) / 2 - height / 2;
  std::string view;
  for (const double value : {x, y, width, height})
    view += (view.empty() ? "" : " ") + decimal(value * kPixelsPerUnit, 1);
  return "<svg class=\"map\" role=\"img\" aria-label=\"" + label + "\" viewBox=\"" + view +
         "\"><use href=\"#mandelbrot\"/>" + content + "</svg>";
}

/// By how connected the Julia set of a point is: black in the set, a glow around it.
void shade(float chi, std::uint8_t* rgb) {
  // In steps, which a PNG file keeps small and an eye reads as lines of height.
  const float level = std::floor(chi * 40) / 40, glow = level * level;
  const bool inside = chi >= 1;
  rgb[0] = inside ? 9 : static_cast<std::uint8_t>(20 + 60 * glow);
  rgb[1] = inside ? 10 : static_cast<std::uint8_t>(24 + 100 * glow);
  rgb[2] = inside ? 16 : static_cast<std::uint8_t>(44 + 130 * glow);
}

}  // namespace

Path path_of(const Playback& playback) {
  Path path;
  for (std::int64_t t = 0; t < playback.frames; ++t) {
    const float* drawn = playback.drawn_matrix().row(t);
    const double re = drawn[kDrawnReal], im = drawn[kDrawnImag];
    if (!path.re.empty() && std::hypot(re - path.re.back(), im - path.im.back()) < kThinned) continue;
    path.re.push_back(re);
    path.im.push_back(im);
  }
  return path;
}

std::string mandelbrot_symbol(Backend& backend) {
  constexpr std::int64_t kPixels = std::int64_t{kMapWidth} * kMapHeight;
  std::vector<float> drawn;
  for (int row = 0; row < kMapHeight; ++row)
    for (int column = 0; column < kMapWidth; ++column)
      drawn.insert(drawn.end(), {static_cast<float>(kLeft + (column + 0.5) / kPixelsPerUnit),
                                 static_cast<float>(kTop - (row + 0.5) / kPixelsPerUnit), 0.0f, 0.0f});
  Buffer<float> places(backend.memory(), kPixels * kDrawnColumns), chi(backend.memory(), kPixels),
      gradient(backend.memory(), kPixels * 2);
  upload<float>(backend, drawn, places.view());
  backend.connectedness({}, places.matrix(kPixels, kDrawnColumns), chi.view(), gradient.matrix(kPixels, 2));
  const std::vector<float> host = to_host(backend, chi.view());
  Image image(kMapWidth, kMapHeight);
  for (std::int64_t k = 0; k < kPixels; ++k) shade(host[static_cast<std::size_t>(k)], image.rgb.data() + 3 * k);
  const std::string size = "width=\"" + std::to_string(kMapWidth) + "\" height=\"" + std::to_string(kMapHeight) + "\"";
  return "<svg class=\"hidden\" aria-hidden=\"true\"><symbol id=\"mandelbrot\" overflow=\"visible\"><image " + size +
         " href=\"" + data_uri(image) + "\"/></symbol></svg>\n";
}

std::string map_of_all(const std::vector<Path>& paths) {
  std::string content;
  for (std::size_t k = 0; k < paths.size(); ++k) {
    // Hues around the circle, each far from the one before (the golden angle).
    const double hue = std::fmod(40 + 137.5 * static_cast<double>(k), 360);
    content += "<polyline class=\"path\" style=\"stroke:hsl(" + decimal(hue, 0) + " 90% 68%)\" points=\"" +
               points(paths[k], 0, paths[k].re.size()) + "\"/>";
  }
  return map("the paths of c of all tracks over the Mandelbrot set", paths, kSmallestMap, content);
}

std::string map_of(const Path& path) {
  std::string content;
  const std::size_t size = path.re.size();
  for (std::size_t k = 0; k < kShades; ++k) {
    // Each piece begins where the one before ends.
    const std::size_t first = k * size / kShades, end = std::min(size, (k + 1) * size / kShades + 1);
    if (end - first < 2) continue;
    const double share = static_cast<double>(k) / (kShades - 1);
    content += "<polyline class=\"path\" style=\"stroke:hsl(" + decimal(10 + 45 * share, 0) + " 95% " +
               decimal(45 + 35 * share, 0) + "%)\" points=\"" + points(path, first, end) + "\"/>";
  }
  content += dot("start", path.re.front(), path.im.front()) + dot("stop", path.re.back(), path.im.back());
  return map("the path of c over the Mandelbrot set", {path}, kSmallestView, content);
}

}  // namespace fractalsync::report
