// NumPy's .npy format, version 1.0 to 3.0 (numpy.lib.format), little-endian, C order.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/view.h"

namespace fractalsync {

/// An array as read: `T` is float, double, std::uint8_t or std::int64_t, and must be what the file holds.
template <class T>
struct NpyArray {
  std::vector<std::int64_t> shape;
  std::vector<T> values;

  std::int64_t dim(std::size_t axis) const { return shape.at(axis); }
};

/// Throws Error when the file is not a whole .npy array of this element type (its size must be exactly what its
/// header promises).
template <class T>
NpyArray<T> read_npy(const std::filesystem::path& path);

/// The bytes of a .npy file.
template <class T>
std::string npy_bytes(const std::vector<std::int64_t>& shape, View<const T> values);

/// Writes atomically (see atomic_file.h).
template <class T>
void write_npy(const std::filesystem::path& path, const std::vector<std::int64_t>& shape, View<const T> values);

}  // namespace fractalsync
