// The route of the boundary atlas (kernels/math/atlas.h) through the plane, and how closely it is looked at on the way.
#pragma once

#include <complex>
#include <cstddef>
#include <vector>

namespace fractalsync::atlas {

/// A point of the route on the boundary of the Mandelbrot set, or close to it; from there c = place + x outward is
/// inside of the set for x < 0 and outside for x > 0.
struct Station {
  std::complex<double> place, outward;
  double log_zoom;
};

/// On the straight way from one to the other.
Station between(const Station& a, const Station& b, double share);

/// `count` stations, equally far from each other: along the upper half of the main cardioid, from near its cusp, past
/// -3/4 through the valley, and along the disc of period 2 as long as its Julia sets are rich.
std::vector<Station> route(std::size_t count);

}  // namespace fractalsync::atlas
