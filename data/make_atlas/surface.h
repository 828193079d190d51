// Values over (psi, some other coordinate), and what the making of the atlas does to them.
#pragma once

#include <cstddef>
#include <vector>

namespace fractalsync::atlas {

/// `rows` values of psi, each with `columns` values of the other coordinate.
struct Surface {
  std::size_t rows = 0, columns = 0;
  std::vector<double> values;

  Surface(std::size_t of_rows, std::size_t of_columns)
      : rows(of_rows), columns(of_columns), values(of_rows * of_columns) {}
  double& operator()(std::size_t row, std::size_t column) { return values[row * columns + column]; }
  double operator()(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
  std::vector<double> row(std::size_t r) const;
};

/// `count` values from `first` to `last`, both included.
std::vector<double> evenly(double first, double last, std::size_t count);

/// y(at) of the polygon through (x_k, y_k), x ascending; constant beyond its ends.
double interpolate(double at, const std::vector<double>& x, const std::vector<double>& y);

/// Convolves along psi with a Gaussian of `sigma` rows, cut off at four of them, the ends repeated.
Surface blur_along_psi(const Surface& surface, double sigma);

/// Every row at other places of its second coordinate, and every column at other places of its first.
Surface resample_columns(const Surface& surface, const std::vector<double>& from, const std::vector<double>& to);
Surface resample_rows(const Surface& surface, const std::vector<double>& from, const std::vector<double>& to);

}  // namespace fractalsync::atlas
