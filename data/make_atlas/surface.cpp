#include "data/make_atlas/surface.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace fractalsync::atlas {

std::vector<double> evenly(double first, double last, std::size_t count) {
  std::vector<double> values;
  for (std::size_t k = 0; k < count; ++k)
    values.push_back(first + (last - first) * static_cast<double>(k) / static_cast<double>(count - 1));
  return values;
}

double interpolate(double at, const std::vector<double>& x, const std::vector<double>& y) {
  if (at <= x.front()) return y.front();
  if (at >= x.back()) return y.back();
  const auto next = static_cast<std::size_t>(std::upper_bound(x.begin(), x.end(), at) - x.begin());
  const double share = (at - x[next - 1]) / (x[next] - x[next - 1]);
  return y[next - 1] + share * (y[next] - y[next - 1]);
}

Surface blur_along(const Surface& surface, double sigma) {
  const std::int64_t reach = std::lround(4 * sigma), last = static_cast<std::int64_t>(surface.rows) - 1;
  Surface blurred(surface.rows, surface.columns);
  double total = 0;
  for (std::int64_t k = -reach; k <= reach; ++k) total += std::exp(-0.5 * static_cast<double>(k * k) / (sigma * sigma));
  for (std::int64_t r = 0; r <= last; ++r)
    for (std::int64_t k = -reach; k <= reach; ++k) {
      const double weight = std::exp(-0.5 * static_cast<double>(k * k) / (sigma * sigma)) / total;
      const auto from = static_cast<std::size_t>(std::clamp<std::int64_t>(r + k, 0, last));
      for (std::size_t c = 0; c < surface.columns; ++c)
        blurred(static_cast<std::size_t>(r), c) += weight * surface(from, c);
    }
  return blurred;
}

namespace {
Surface transposed(const Surface& surface) {
  Surface result(surface.columns, surface.rows);
  for (std::size_t r = 0; r < surface.rows; ++r)
    for (std::size_t c = 0; c < surface.columns; ++c) result(c, r) = surface(r, c);
  return result;
}
}  // namespace

Surface blur_across(const Surface& surface, double sigma) { return transposed(blur_along(transposed(surface), sigma)); }

}  // namespace fractalsync::atlas
