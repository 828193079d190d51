// The picture for people in vectors of pixels (math/display.h and math/palette.h have the formulas). Sixteen lanes are
// a tile of 4 x 4 pixels, which leave the iteration more nearly together than a row would; a pixel's samples follow
// each other. Half a picture is computed: a sample and its opposite share an orbit.
#include "cpu/display_lanes.h"

#include "cpu/lanes.h"
#include "cpu/lanes_math.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {
namespace {

using Number = Lanes<float>;
using Orbit = math::DisplayOrbit<Number, LaneMask<float>>;

constexpr int kTile = 4;
static_assert(kTile * kTile == kLanes && kTile == kDisplayRows);

/// Tiles in flight: what hides the latency of a step.
constexpr int kTiles = Number::kParts == 1 ? 2 : 1;

/// Until every sample has escaped, or never will.
FS_LANES void iterate(const math::DisplayView& view, const math::DisplayTrap& trap, Orbit (&orbits)[kTiles]) {
  const Number c_re = fill(view.c_re), c_im = fill(view.c_im);
  for (int step = 0; step < math::kDisplayIterations;) {
    for (const int until = step + math::kDisplayTrapSteps; step < until; ++step)
      for (Orbit& o : orbits) o.step(c_re, c_im);
    LaneMask<float> left = zeros<float>() > fill(0.0f);  // none
    for (Orbit& o : orbits) {
      if (trap.squared > 0) o.inside = o.inside & (o.inside ^ math::display_settled(trap, o));
      left = left | o.inside;
    }
    if (!any(left)) return;
  }
}

/// Writes the pixels of a tile that lie in the picture, and those opposite to them, which have their grain as well.
FS_LANES void store_tile(const math::DisplayView& view, int first_row, int first_column, const math::Rgb<Number>& mean,
                         std::uint8_t* picture) {
  alignas(64) float grain[kLanes], channel[3][kLanes];
  for (int l = 0; l < kLanes; ++l)
    grain[l] = math::grain_at(static_cast<std::uint32_t>(first_column + l % kTile),
                              static_cast<std::uint32_t>(first_row + l / kTile));
  const math::Rgb<Number> levels = math::display_levels(mean, load(grain));
  store(channel[0], levels.r);
  store(channel[1], levels.g);
  store(channel[2], levels.b);
  const std::int64_t width = view.width, height = view.height;
  for (int l = 0; l < kLanes; ++l) {
    const std::int64_t row = first_row + l / kTile, column = first_column + l % kTile;
    if (2 * row >= height || column >= width) continue;
    std::uint8_t* const here = picture + 3 * (row * width + column);
    // The middle row holds its own opposites.
    std::uint8_t* const opposite =
        2 * row + 1 == height ? here : picture + 3 * ((height - 1 - row) * width + width - 1 - column);
    for (int k = 0; k < 3; ++k) here[k] = opposite[k] = static_cast<std::uint8_t>(channel[k][l]);
  }
}

void draw_rows(const math::DisplayView& view, const math::DisplayTrap& trap, const math::Colors<float>& look, int first,
               std::uint8_t* picture) {
  alignas(64) float down[kLanes], across[kLanes];
  for (int l = 0; l < kLanes; ++l) {
    const int below = l / kTile;
    down[l] = static_cast<float>(first + below);
    across[l] = static_cast<float>(l % kTile);
  }
  const Number row = load(down), column = load(across), rim = fill(view.rim);
  const math::Colors<Number> colors{fill(look.hue), fill(look.saturation), fill(look.brightness)};
  const Number share = fill(1.0f / static_cast<float>(view.samples * view.samples));
  for (int left = 0; left < view.width; left += kTiles * kTile) {
    math::Rgb<Number> sum[kTiles];
    Number curtain[kTiles];
    for (int t = 0; t < kTiles; ++t) {
      sum[t] = {zeros<float>(), zeros<float>(), zeros<float>()};
      curtain[t] = math::display_curtain(view, row, column + fill(static_cast<float>(left + t * kTile)));
    }
    for (int sample = 0; sample < view.samples * view.samples; ++sample) {
      Orbit orbits[kTiles];
      for (int t = 0; t < kTiles; ++t) {
        const auto at = math::display_place(view, row, column + fill(static_cast<float>(left + t * kTile)),
                                            sample / view.samples, sample % view.samples);
        orbits[t].start(at.x, at.y);
      }
      iterate(view, trap, orbits);
      for (int t = 0; t < kTiles; ++t)
        sum[t] = sum[t] + math::display_color(colors, math::display_point(orbits[t]), rim, curtain[t]);
    }
    for (int t = 0; t < kTiles; ++t) store_tile(view, first, left + t * kTile, share * sum[t], picture);
  }
}

}  // namespace

const DisplayKernels display_kernels = {draw_rows};

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
