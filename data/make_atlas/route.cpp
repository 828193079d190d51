#include "data/make_atlas/route.h"

#include <cmath>
#include <numbers>

#include "data/make_atlas/surface.h"

namespace fractalsync::atlas {
namespace {

// The cusp, where Canny sees little, and the far side of the disc, where edges are all alike, are left out; so is the
// neck at -3/4, through which only a thin valley leads.
constexpr double kFirstAngle = 0.40, kLastAngle = 2.98, kFirstDiscAngle = 0.30, kLastDiscAngle = 0.70;
constexpr std::complex<double> kValley = {-0.748, 0.06}, kAcrossValley = {-0.03, 0.20};

// The sets of the disc are longer, and have more edges when calm: from farther away they have as many as the others.
constexpr double kLogZoom = 0.26236426, kDiscLogZoom = 0.18;  // the first is ln 1.3

// Where a large bulb begins, the way outward leads through it, and its sets have fewer edges than those beside it; from
// close by they have as many.
struct Bulb {
  double angle;  // of its root on the cardioid
  double log_zoom, width;
};
constexpr Bulb kBulbs[] = {{2 * std::numbers::pi / 3, 0.33, 0.10},
                           {2 * std::numbers::pi / 4, 0.22, 0.05},
                           {4 * std::numbers::pi / 5, 0.12, 0.05}};

constexpr double kRounding = 0.012, kZoomRounding = 0.08;  // of the route, by distance

/// c = m / 2 - m^2 / 4 with m = e^{i angle}; outward is dc / d|m|.
Station on_cardioid(double angle) {
  const std::complex<double> m = std::polar(1.0, angle);
  return {m / 2.0 - m * m / 4.0, m * (1.0 - m) / 2.0, kLogZoom};
}

Station on_disc(double angle) { return {-1.0 + std::polar(0.25, angle), std::polar(0.25, angle), kDiscLogZoom}; }

std::vector<Station> landmarks() {
  std::vector<Station> stations;
  for (const double angle : evenly(kFirstAngle, kLastAngle, 401)) stations.push_back(on_cardioid(angle));
  stations.push_back({kValley, kAcrossValley, (kLogZoom + kDiscLogZoom) / 2});
  for (const double angle : evenly(kFirstDiscAngle, kLastDiscAngle, 61)) stations.push_back(on_disc(angle));
  return stations;
}

double distance(const Station& a, const Station& b) { return std::abs(b.place - a.place); }

double closer(std::complex<double> place) {
  double log_zoom = 0;
  for (const Bulb& bulb : kBulbs)
    log_zoom += bulb.log_zoom * std::exp(-std::norm(place - on_cardioid(bulb.angle).place) / (bulb.width * bulb.width));
  return log_zoom;
}

}  // namespace

Station between(const Station& a, const Station& b, double share) {
  const auto mix = [&](const auto& from, const auto& to) { return from + share * (to - from); };
  return {mix(a.place, b.place), mix(a.outward, b.outward), mix(a.log_zoom, b.log_zoom)};
}

std::vector<Station> route(std::size_t count) {
  // Rounded on a finer grid than the result's.
  std::vector<Station> fine = equally_spaced(landmarks(), 4 * count, distance, between);
  double length = 0;
  for (std::size_t k = 1; k < fine.size(); ++k) length += distance(fine[k - 1], fine[k]);
  const double rows_of_length = static_cast<double>(fine.size()) / length;
  Surface path(fine.size(), 4), zoom(fine.size(), 1);
  for (std::size_t k = 0; k < fine.size(); ++k) {
    path(k, 0) = fine[k].place.real();
    path(k, 1) = fine[k].place.imag();
    path(k, 2) = fine[k].outward.real();
    path(k, 3) = fine[k].outward.imag();
    zoom(k, 0) = fine[k].log_zoom;
  }
  path = blur_along(path, kRounding * rows_of_length);
  zoom = blur_along(zoom, kZoomRounding * rows_of_length);
  for (std::size_t k = 0; k < fine.size(); ++k)
    fine[k] = {{path(k, 0), path(k, 1)}, {path(k, 2), path(k, 3)}, zoom(k, 0) + closer({path(k, 0), path(k, 1)})};
  return equally_spaced(fine, count, distance, between);
}

}  // namespace fractalsync::atlas
