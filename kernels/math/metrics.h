// Image metrics, element by element, each value beside its slope. T stands for a scalar or lanes.
#pragma once

#include <cmath>

#include "core/annotate.h"
#include "math/number.h"
#include "stages/metrics.h"

namespace fractalsync::math {

/// MetricsSpec in the precision that a computation runs in.
template <class T>
struct MetricConstants {
  MetricSelection selection;
  T edge_threshold, uniformity_gain, range_sharpness, change_rounding;

  explicit MetricConstants(const MetricsSpec& spec)
      : selection(spec.selection),
        edge_threshold(static_cast<T>(spec.edge_threshold)),
        uniformity_gain(static_cast<T>(spec.uniformity_gain)),
        range_sharpness(static_cast<T>(spec.range_sharpness)),
        change_rounding(static_cast<T>(spec.change_rounding)) {}
};

// Three-tap stencils. With the border repeated, blur and box are their own transposes (and their rows sum to 1, so
// their columns do too); the transpose of `slope` is its negative with the border's sign changed.
template <class Number>
FS_FORMULA Number blur(Number before, Number here, Number after) {
  return mul_add(before + after, constant<Number>(0.25), constant<Number>(0.5) * here);
}
template <class Number>
FS_FORMULA Number slope(Number before, Number after) {
  return constant<Number>(0.5) * (after - before);
}
template <class Number>
FS_FORMULA Number box(Number before, Number here, Number after) {
  return (before + here + after) * constant<Number>(1.0 / 3);
}

template <class Number>
struct Graded {
  Number value, slope;
};

/// How much of an edge a pixel is: e / (e + T^2) for the squared gradient e = gx^2 + gy^2. Its derivative by gx is
/// slope * gx, by gy slope * gy.
template <class Number>
FS_FORMULA Graded<Number> edge_share(Number gx, Number gy, Number threshold_squared) {
  const Number e = mul_add(gx, gx, gy * gy);
  const Number inverse = constant<Number>(1) / (e + threshold_squared);
  return {e * inverse, (threshold_squared + threshold_squared) * inverse * inverse};
}

/// A rounded |difference|: sqrt(D^2 + delta^2) - delta.
template <class Number>
FS_FORMULA Graded<Number> rounded_change(Number difference, Number rounding) {
  const Number r = sqrt(mul_add(difference, difference, rounding * rounding));
  return {r - rounding, difference / r};
}

/// 1 / (1 + gain V), V the mean local variance.
template <class T>
FS_FORMULA Graded<T> uniformity(T variance, T gain) {
  const T u = T(1) / (T(1) + gain * variance);
  return {u, -gain * u * u};
}

/// Standard deviation with a floor that keeps a flat image's slope finite.
template <class T>
FS_FORMULA T floored_deviation(T variance) {
  return sqrt(variance + T(1e-6));
}

/// The share of a pixel in the soft extreme (1/beta) ln mean e^{beta (I - top)}: e^{beta (I - top)} itself.
template <class Number>
FS_FORMULA Number extreme_weight(Number excess, Number sharpness) {
  return exp(sharpness * excess);
}

/// What a frame's own metrics are made of: its extremes, and sums over its pixels.
template <class T>
struct ImageTotals {
  T pixels, mean, deviation;
  T edges;                      ///< of edge_share
  T variance;                   ///< of I^2 - mu^2, mu the 3 x 3 mean
  T top, bottom;                ///< largest and smallest I
  T top_weight, bottom_weight;  ///< of extreme_weight
};

/// Sums over an image of adjoint images times one of its tangents. The adjoint images: of the edge density (times the
/// number of pixels), 1, I - mean, I - the box's transpose of mu, and the two extreme weights.
template <class T>
struct AdjointDots {
  T edge, mean, deviation, uniformity, top, bottom;
};

/// A frame's metrics but the temporal change, `all` of them or those of training.
template <class T>
FS_FORMULA void write_metrics(const MetricConstants<T>& spec, const ImageTotals<T>& t, bool all, T* values) {
  values[kEdgeDensity] = t.edges / t.pixels;
  values[kBrightnessMean] = t.mean;
  values[kBrightnessStd] = t.deviation;
  values[kColorUniformity] = values[kBrightnessRange] = T(0);
  if (!all) return;
  const T variance = t.variance / t.pixels;
  values[kColorUniformity] = uniformity(variance > T(0) ? variance : T(0), spec.uniformity_gain).value;
  const T excess = log(t.top_weight / t.pixels) + log(t.bottom_weight / t.pixels);
  values[kBrightnessRange] = t.top - t.bottom + excess / spec.range_sharpness;
}

/// Their derivatives by one parameter: entries jacobian[metric * kTangents].
template <class T>
FS_FORMULA void write_slopes(const MetricConstants<T>& spec, const ImageTotals<T>& t, bool all,
                             const AdjointDots<T>& dot, T* jacobian) {
  jacobian[kEdgeDensity * kTangents] = dot.edge / t.pixels;
  jacobian[kBrightnessMean * kTangents] = dot.mean / t.pixels;
  jacobian[kBrightnessStd * kTangents] = dot.deviation / (t.pixels * t.deviation);
  jacobian[kColorUniformity * kTangents] = jacobian[kBrightnessRange * kTangents] = T(0);
  if (!all) return;
  const T variance = t.variance / t.pixels;
  const T slope = uniformity(variance > T(0) ? variance : T(0), spec.uniformity_gain).slope;
  jacobian[kColorUniformity * kTangents] = slope * T(2) / t.pixels * dot.uniformity;
  jacobian[kBrightnessRange * kTangents] = dot.top / t.top_weight - dot.bottom / t.bottom_weight;
}

}  // namespace fractalsync::math
