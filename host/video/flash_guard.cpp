#include "host/video/flash_guard.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/check.h"

namespace fractalsync {
namespace {

using namespace flash_limits;

/// Pixels that are looked at along each side of a tile, at most about.
constexpr int kTileSamples = 48;

/// Linear light of an sRGB byte.
const std::array<float, 256>& light_of_bytes() {
  static const std::array<float, 256> table = [] {
    std::array<float, 256> light{};
    for (std::size_t i = 0; i < light.size(); ++i) {
      const double v = static_cast<double>(i) / 255;
      light[i] = static_cast<float>(v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4));
    }
    return light;
  }();
  return table;
}

/// The sRGB byte of linear light, by a table: at its steepest, in the dark, a fifth of a level from entry to entry.
constexpr int kSteps = 16384;
const std::array<std::uint8_t, kSteps + 1>& bytes_of_light() {
  static const std::array<std::uint8_t, kSteps + 1> table = [] {
    std::array<std::uint8_t, kSteps + 1> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const double v = (static_cast<double>(i) + 0.5) / kSteps;
      bytes[i] = static_cast<std::uint8_t>(
          std::lround(255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1 / 2.4) - 0.055)));
    }
    return bytes;
  }();
  return table;
}

}  // namespace

TileLight tile_light(const Image& image) {
  const auto& light = light_of_bytes();
  TileLight tiles;
  for (int y = 0; y < kTilesY; ++y)
    for (int x = 0; x < kTilesX; ++x) {
      // A picture with fewer pixels than tiles shows some of them twice.
      const int top = y * image.height / kTilesY, bottom = std::max((y + 1) * image.height / kTilesY, top + 1);
      const int left = x * image.width / kTilesX, right = std::max((x + 1) * image.width / kTilesX, left + 1);
      const int down = std::max(1, (bottom - top) / kTileSamples), across = std::max(1, (right - left) / kTileSamples);
      double luminance = 0, red = 0;
      int count = 0;
      for (int row = top; row < bottom; row += down)
        for (int column = left; column < right; column += across, ++count) {
          const std::uint8_t* p = image.pixel(row, column);
          const double r = static_cast<double>(light[p[0]]), g = static_cast<double>(light[p[1]]),
                       b = static_cast<double>(light[p[2]]);
          luminance += 0.2126 * r + 0.7152 * g + 0.0722 * b;
          if (r >= 0.8 * (r + g + b)) red += std::max(0.0, r - g - b);
        }
      const int tile = y * kTilesX + x;
      tiles.luminance[static_cast<std::size_t>(tile)] = luminance / count;
      tiles.red[static_cast<std::size_t>(tile)] = red / count;
    }
  return tiles;
}

void FlashGuard::limit(Image& image, double ms) {
  FS_CHECK(shown_.empty() || shown_.size() == image.rgb.size());
  const double share = limiter_.step(tile_light(image), ms);
  if (share == 1) {
    mixing_ = false;
  } else {
    ++held_back_;
    const auto& light = light_of_bytes();
    const auto& bytes = bytes_of_light();
    if (!mixing_) {
      light_.resize(shown_.size());
      std::transform(shown_.begin(), shown_.end(), light_.begin(), [&](std::uint8_t v) { return light[v]; });
      mixing_ = true;
    }
    const auto step = static_cast<float>(share);
    for (std::size_t i = 0; i < light_.size(); ++i) {
      light_[i] += step * (light[image.rgb[i]] - light_[i]);
      image.rgb[i] = bytes[static_cast<std::size_t>(light_[i] * kSteps)];
    }
  }
  shown_ = image.rgb;
}

}  // namespace fractalsync
