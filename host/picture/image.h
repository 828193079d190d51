// An 8-bit colour image, rows from top to bottom.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace fractalsync {

struct Image {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgb;  ///< height * width * 3

  Image() = default;
  /// A black image.
  Image(int image_width, int image_height)
      : width(image_width),
        height(image_height),
        rgb(static_cast<std::size_t>(image_width) * static_cast<std::size_t>(image_height) * 3) {}

  std::uint8_t* pixel(int row, int column) { return rgb.data() + offset(row, column); }
  const std::uint8_t* pixel(int row, int column) const { return rgb.data() + offset(row, column); }

 private:
  std::size_t offset(int row, int column) const {
    return (static_cast<std::size_t>(row) * static_cast<std::size_t>(width) + static_cast<std::size_t>(column)) * 3;
  }
};

}  // namespace fractalsync
