// Values along the route and across it, and what the making of the atlas does to them.
#pragma once

#include <cstddef>
#include <vector>

namespace fractalsync::atlas {

/// `rows` places along the route, each with `columns` values.
struct Surface {
  std::size_t rows = 0, columns = 0;
  std::vector<double> values;

  Surface(std::size_t of_rows, std::size_t of_columns)
      : rows(of_rows), columns(of_columns), values(of_rows * of_columns) {}
  double& operator()(std::size_t row, std::size_t column) { return values[row * columns + column]; }
  double operator()(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
};

/// `count` values from `first` to `last`, both included.
std::vector<double> evenly(double first, double last, std::size_t count);

/// y(at) of the polygon through (x_k, y_k), x ascending; constant beyond its ends.
double interpolate(double at, const std::vector<double>& x, const std::vector<double>& y);

/// Convolve along one coordinate with a Gaussian of `sigma` rows or columns, cut off at four of them, the ends
/// repeated.
Surface blur_along(const Surface& surface, double sigma);
Surface blur_across(const Surface& surface, double sigma);

/// `count` points of the polygon through `points`, its ends included, the same distance(a, b) along it from each to the
/// next; between(a, b, share) is a point of a side.
template <class Point, class Distance, class Between>
std::vector<Point> equally_spaced(const std::vector<Point>& points, std::size_t count, Distance distance,
                                  Between between) {
  std::vector<double> way = {0}, index = {0};
  for (std::size_t k = 1; k < points.size(); ++k) {
    way.push_back(way.back() + distance(points[k - 1], points[k]));
    index.push_back(static_cast<double>(k));
  }
  std::vector<Point> spaced;
  for (const double gone : evenly(0, way.back(), count)) {
    const double at = interpolate(gone, way, index);
    const auto side =
        static_cast<std::size_t>(at) < points.size() - 1 ? static_cast<std::size_t>(at) : points.size() - 2;
    spaced.push_back(between(points[side], points[side + 1], at - static_cast<double>(side)));
  }
  return spaced;
}

}  // namespace fractalsync::atlas
