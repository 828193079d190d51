// Comparing what a file gives with what it should. Internal to onnx_export.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "core/check.h"

namespace fractalsync {

inline void require_exported(bool condition, const std::string& what) {
  if (!condition) throw Error("the exported model was not kept: read back, " + what);
}

/// The larger of a largest difference so far and one more; NaN once there was one.
inline double larger_difference(double largest, double difference) {
  return difference <= largest ? largest : difference;
}

/// max |a - b|; NaN when any element of either is.
template <class A, class B>
double largest_difference(const std::vector<A>& a, const std::vector<B>& b) {
  FS_CHECK_EQ(a.size(), b.size());
  double largest = 0;
  for (std::size_t i = 0; i < a.size() && !std::isnan(largest); ++i)
    largest = larger_difference(largest, std::abs(double{a[i]} - double{b[i]}));
  return largest;
}

}  // namespace fractalsync
