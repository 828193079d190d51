// The loss's scalar formulas, each beside its derivative.
#pragma once

#include <cmath>
#include <cstdint>

#include "core/annotate.h"
#include "math/visual.h"
#include "stages/loss.h"

namespace fractalsync::math {

/// Sums of a pair of series, centred: Sxx = sum (x - mean x)^2 and so on.
template <class T>
struct PairSums {
  T mean_x, mean_y, xx, yy, xy;
};

/// Centred sums of x(t), y(t) for t in [0, count), in two passes.
template <class T, class X, class Y>
FS_FORMULA PairSums<T> pair_sums(std::int64_t count, X x, Y y) {
  PairSums<T> s{};
  for (std::int64_t t = 0; t < count; ++t) {
    s.mean_x += x(t);
    s.mean_y += y(t);
  }
  s.mean_x /= static_cast<T>(count);
  s.mean_y /= static_cast<T>(count);
  for (std::int64_t t = 0; t < count; ++t) {
    const T a = x(t) - s.mean_x, b = y(t) - s.mean_y;
    s.xx += a * a;
    s.yy += b * b;
    s.xy += a * b;
  }
  return s;
}

/// The floor keeps r near 0 and its gradient bounded when a series is constant: D^2 = Sxx Syy + 1e-10 n^2.
template <class T>
FS_FORMULA T pearson_denominator(const PairSums<T>& s, T count) {
  return std::sqrt(s.xx * s.yy + T(1e-10) * count * count);
}
template <class T>
FS_FORMULA T pearson(const PairSums<T>& s, T count) {
  return s.xy / pearson_denominator(s, count);
}
/// d r / d y_t for the element (x_t, y_t).
template <class T>
FS_FORMULA T pearson_slope(const PairSums<T>& s, T count, T x, T y) {
  const T d = pearson_denominator(s, count);
  return (x - s.mean_x) / d - s.xy * s.xx * (y - s.mean_y) / (d * d * d);
}

template <class T>
FS_FORMULA T relu(T x) {
  return x > T(0) ? x : T(0);
}
template <class T>
FS_FORMULA T sign(T x) {
  return x > T(0) ? T(1) : x < T(0) ? T(-1) : T(0);
}

/// Keeps pictures from going flat, black or white: 4 relu(.25 - std) + 2 relu(.2 - mean) + 2 relu(mean - .8).
struct DullPenalty {
  double value;
  double by_std, by_mean;  ///< its derivatives
};
FS_FORMULA DullPenalty dull_penalty(double brightness_std, double brightness_mean) {
  constexpr double kFlat = 0.25, kFlatWeight = 4, kDark = 0.2, kBright = 0.8, kMeanWeight = 2;
  const double flat = kFlat - brightness_std;
  const double dark = kDark - brightness_mean;
  const double bright = brightness_mean - kBright;
  return {kFlatWeight * relu(flat) + kMeanWeight * (relu(dark) + relu(bright)), flat > 0 ? -kFlatWeight : 0,
          dark > 0     ? -kMeanWeight
          : bright > 0 ? kMeanWeight
                       : 0};
}

/// Keeps c near the Mandelbrot set, where there is something to see: relu(.97 - chi).
FS_FORMULA double disconnected_penalty(double chi) { return relu(0.97 - chi); }
/// Its derivative by c, from that of chi, which grows without bound at the set's edge.
FS_FORMULA double disconnected_slope(double chi_slope) {
  constexpr double kLimit = 20;
  return -(chi_slope < -kLimit ? -kLimit : chi_slope > kLimit ? kLimit : chi_slope);
}

/// Correlation does not care for amplitude; this asks for edges that visibly change within a sequence:
/// relu(.02 - std)/.02 of the edge density.
inline constexpr double kVisibleEdgeStd = 0.02;
FS_FORMULA double edge_deviation(const PairSums<double>& s, double count) { return std::sqrt(s.yy / count + 1e-12); }
FS_FORMULA double invisible_edges(double deviation) { return relu((kVisibleEdgeStd - deviation) / kVisibleEdgeStd); }
/// scale times its derivative by one edge density of the sequence, where it is not 0.
FS_FORMULA double invisible_edges_slope(double scale, const PairSums<double>& s, double count, double deviation,
                                        double edge) {
  return -scale / kVisibleEdgeStd * (edge - s.mean_y) / (count * deviation);
}

/// Does the loss follow the derivative of `metric` by tangent `p`?
FS_FORMULA bool follows(GradientRoutes routes, int metric, int p) {
  if (routes == GradientRoutes::all) return true;
  return metric == kTemporalChange ? p == kDrawnPhi : metric == kEdgeDensity && p != kDrawnPhi;
}

/// A hinge on the deviation of a series, its gradient kept bounded where the series is constant:
/// relu(wanted - deviation) / unit.
FS_FORMULA double series_deviation(double centred_squares, double count) {
  return std::sqrt(centred_squares / count + 1e-12);
}
FS_FORMULA double too_flat(double wanted, double deviation, double unit) { return relu(wanted - deviation) / unit; }
/// scale times its derivative by one value of the series, where it is not 0.
FS_FORMULA double too_flat_slope(double scale, double unit, double value, double mean, double count, double deviation) {
  return -scale / unit * (value - mean) / (count * deviation);
}

/// How much e and hue should move, for a sound whose deviation is `heard`.
struct AmplitudeWish {
  double share, most, unit;

  FS_FORMULA double of(double heard) const { return share * heard < most ? share * heard : most; }
};
FS_FORMULA AmplitudeWish edges_wish() { return {0.20, 0.25, 0.2}; }
FS_FORMULA AmplitudeWish hue_wish() { return {0.20, 0.25, 0.15}; }

/// How fast a passage should be on the average, from 0 to 1, for its mean loudness and flux (standardised). Networks
/// that were free in it, as correlations within sequences leave them, all followed this at .97 but for the -1, of which
/// each had its own; with a slower one more of the change came from the shape, and less from the sound.
FS_FORMULA double pace_wish(double rms, double flux) { return sigmoid(-1 + rms + 1.5 * flux); }

inline constexpr double kCentreOfEdges = 0.5, kOffCentre = 4;  ///< 4 (mean e - .5)^2

}  // namespace fractalsync::math
