// From a picture in light to bytes, as the browser's last pass does it (apps/web/src/render/glsl/present.frag.glsl):
// light around a pixel from coarser and coarser copies of the picture, then the text of math/looks/finish.glsl and
// grain (math/grain.h). Pictures are three planes of square roots of light.
#pragma once

#include <cmath>
#include <cstdint>

#include "core/annotate.h"
#include "math/glsl.h"
#include "math/grain.h"
#include "math/number.h"

namespace fractalsync::math {

/// How the last pass finishes a look: the share of blurred light, the darkening of the corners, the grain.
struct Finish {
  float bloom, vignette, grain;
};

/// One plane of a copy.
struct Plane {
  const float* data;
  int width, height;
};

FS_FORMULA int within(int i, int size) { return i < 0 ? 0 : i >= size ? size - 1 : i; }

/// The value at (x, y), both from 0 to 1, linear between the middles of pixels.
FS_FORMULA float sample_plane(const Plane& plane, float x, float y) {
  const float px = x * static_cast<float>(plane.width) - 0.5f, py = y * static_cast<float>(plane.height) - 0.5f;
  const float fx = std::floor(px), fy = std::floor(py), tx = px - fx, ty = py - fy;
  const int left = within(static_cast<int>(fx), plane.width), right = within(static_cast<int>(fx) + 1, plane.width);
  const float* const above = plane.data + std::int64_t{within(static_cast<int>(fy), plane.height)} * plane.width;
  const float* const below = plane.data + std::int64_t{within(static_cast<int>(fy) + 1, plane.height)} * plane.width;
  const float a = above[left] + tx * (above[right] - above[left]), b = below[left] + tx * (below[right] - below[left]);
  return a + ty * (b - a);
}

/// Light near (x, y) by a cubic B-spline of four linear samples: coarse copies without their squares.
FS_FORMULA float smooth_light(const Plane& plane, float x, float y) {
  const float at[2] = {x * static_cast<float>(plane.width) - 0.5f, y * static_cast<float>(plane.height) - 0.5f};
  const float size[2] = {static_cast<float>(plane.width), static_cast<float>(plane.height)};
  float low[2], high[2], share[2];
  for (int k = 0; k < 2; ++k) {
    const float whole = std::floor(at[k]), f = at[k] - whole, f2 = f * f, f3 = f2 * f;
    const float w0 = (1 - f) * (1 - f) * (1 - f) / 6, w1 = (4 - 6 * f2 + 3 * f3) / 6, w3 = f3 / 6;
    const float w2 = 1 - w0 - w1 - w3;
    low[k] = (whole - 0.5f + w1 / (w0 + w1)) / size[k];
    high[k] = (whole + 1.5f + w3 / (w2 + w3)) / size[k];
    share[k] = w2 + w3;
  }
  const auto light = [&](float px, float py) {
    const float s = sample_plane(plane, px, py);
    return s * s;
  };
  const float above = light(low[0], low[1]) + share[0] * (light(high[0], low[1]) - light(low[0], low[1]));
  const float below = light(low[0], high[1]) + share[0] * (light(high[0], high[1]) - light(low[0], high[1]));
  return above + share[1] * (below - above);
}

/// Pixel (column, row) of the next coarser copy.
FS_FORMULA float coarser_pixel(const Plane& from, int width, int height, int column, int row) {
  if (from.width == 2 * width && from.height == 2 * height) {
    const float* const at = from.data + std::int64_t{2 * row} * from.width + 2 * column;
    return 0.25f * ((at[0] + at[1]) + (at[from.width] + at[from.width + 1]));
  }
  return sample_plane(from, (static_cast<float>(column) + 0.5f) / static_cast<float>(width),
                      (static_cast<float>(row) + 0.5f) / static_cast<float>(height));
}

/// Copies 1, 2, ... have half the sides of the one before. The light around a pixel is the mean of three of them.
inline constexpr int kWideCopies = 3;
inline constexpr int kMostCopies = 16;

struct Copies {
  int first;  ///< of the three
  int width[kMostCopies], height[kMostCopies];
};

/// As the browser chooses, whose own pictures have twice the pixels each way.
FS_FORMULA Copies copies_of(int width, int height) {
  const int side = width < height ? width : height;
  int last = 3;
  while ((8 << (last + 1)) <= side) ++last;
  Copies copies{last - 3, {width}, {height}};
  for (int k = 1; k < kMostCopies; ++k) {
    copies.width[k] = copies.width[k - 1] > 1 ? copies.width[k - 1] / 2 : 1;
    copies.height[k] = copies.height[k - 1] > 1 ? copies.height[k - 1] / 2 : 1;
  }
  return copies;
}

/// The light around is computed at every so-manieth pixel, a half of the finest copy's, and is linear between.
FS_FORMULA int wide_step(const Copies& copies) { return copies.first < 1 ? 1 : 1 << (copies.first - 1); }

FS_FORMULA int wide_count(int side, int step) { return (side + step - 1) / step + 1; }

/// The light around point (i, j) of that grid, from one plane of each of the three copies.
FS_FORMULA float wide_light(const Plane (&copies)[kWideCopies], int width, int height, int step, int i, int j) {
  const float x = static_cast<float>(i * step) / static_cast<float>(width),
              y = static_cast<float>(j * step) / static_cast<float>(height);
  return (smooth_light(copies[0], x, y) + smooth_light(copies[1], x, y) + smooth_light(copies[2], x, y)) / 3.0f;
}

/// What that grid gives for a pixel.
FS_FORMULA float spread_wide(const float* grid, int grid_width, int step, int row, int column) {
  const int left = column / step;
  const float *above = grid + std::int64_t{row / step} * grid_width, *below = above + grid_width;
  const float tx = (static_cast<float>(column % step) + 0.5f) / static_cast<float>(step),
              ty = (static_cast<float>(row % step) + 0.5f) / static_cast<float>(step);
  const float a = above[left] + ty * (below[left] - above[left]),
              b = above[left + 1] + ty * (below[left + 1] - above[left + 1]);
  return a + tx * (b - a);
}

template <class N>
struct Finisher {
  using Float = glsl::Float<N>;
  using vec2 = glsl::Vec2<N>;
  using vec3 = glsl::Vec3<N>;

#define FORMULA FS_LOOK_FORMULA
#define float Float
#include "math/looks/finish.glsl"
#undef float
#undef FORMULA

  /// 0 to 255 (and a half, to be cut off): kept light, the light around it, the pixel's grain, and its place from the
  /// middle of the picture.
  FS_FORMULA vec3 bytes(const Finish& look, vec3 kept, vec3 wide, Float grain, vec2 off) {
    const auto number = [](auto value) { return Float(static_cast<double>(value)); };
    const vec3 lit = finish(kept * kept, wide, number(look.bloom), number(look.vignette), off);
    const auto byte = [&](Float light) { return grained_byte(to_srgb(light).v, number(look.grain).v, grain.v); };
    return {byte(lit.x), byte(lit.y), byte(lit.z)};
  }
};

/// The place of a pixel from the middle of the picture, for the vignette: to the border of the shorter side 0.5.
FS_FORMULA float finish_scale(int width, int height) {
  const float ratio = static_cast<float>(width) / static_cast<float>(height);
  return 1.0f / max(1.0f, 0.6f * ratio);
}

}  // namespace fractalsync::math
