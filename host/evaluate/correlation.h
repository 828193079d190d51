// Pearson's correlation for reports: undefined, and said so, where a series is constant.
#pragma once

#include <cmath>
#include <optional>

#include "core/view.h"
#include "math/loss.h"

namespace fractalsync {

/// The four pairs that training asks for, in this order everywhere.
enum Pair : int { kCentroidHue, kFluxChange, kRmsChange, kZcrEdges, kPairs };

inline constexpr const char* kPairNames[kPairs] = {"centroid_hue", "flux_change", "rms_change", "zcr_edges"};

/// A correlation per pair; empty where it is not defined.
struct Correlations {
  std::optional<double> pair[kPairs];

  /// Mean over the pairs that are defined; empty when none is.
  std::optional<double> mean() const {
    double sum = 0;
    int count = 0;
    for (const auto& r : pair)
      if (r) {
        sum += *r;
        ++count;
      }
    return count == 0 ? std::nullopt : std::optional(sum / count);
  }
};

/// Does a series vary by more than rounding, whose squared distances from its mean add up to `squares`?
inline bool varies(double squares, double mean, std::int64_t size) {
  const double smallest = 1e-9 * std::abs(mean) + 1e-12;
  return squares > smallest * smallest * static_cast<double>(size);
}

/// r of two series of equal length; empty when one of them is constant (to within rounding), too short, or not finite.
inline std::optional<double> correlation(View<const double> x, View<const double> y) {
  FS_CHECK_EQ(x.size(), y.size());
  if (x.size() < 3) return std::nullopt;
  const auto s = math::pair_sums<double>(
      x.size(), [&](std::int64_t t) { return x[t]; }, [&](std::int64_t t) { return y[t]; });
  if (!varies(s.xx, s.mean_x, x.size()) || !varies(s.yy, s.mean_y, y.size())) return std::nullopt;
  const double r = s.xy / std::sqrt(s.xx * s.yy);
  return std::isfinite(r) ? std::optional(r) : std::nullopt;
}

}  // namespace fractalsync
