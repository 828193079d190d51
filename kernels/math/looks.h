// The looks: from what an orbit leaves (math/field.h) to linear light. Their texts (math/looks/*.glsl) are also the
// browser's shaders; here they become structs over a number and its neighbours, `Neighbours::width(x)` being |x - that
// of the sample beside| + |x - that of the sample below or above|, of samples in pairs.
#pragma once

#include "core/annotate.h"
#include "math/field.h"
#include "math/glsl.h"

namespace fractalsync::math {

// clang-format off: it would sort what has an order.
template <class N, class Neighbours>
struct Aurora {
#include "math/looks/common.inc"
#include "math/looks/aurora.glsl"
#undef float
#undef FORMULA
};
template <class N, class Neighbours>
struct Ink {
#include "math/looks/common.inc"
#include "math/looks/ink.glsl"
#undef float
#undef FORMULA
};
template <class N, class Neighbours>
struct Glass {
#include "math/looks/common.inc"
#include "math/looks/glass.glsl"
#undef float
#undef FORMULA
};
template <class N, class Neighbours>
struct Paper {
#include "math/looks/common.inc"
#include "math/looks/paper.glsl"
#undef float
#undef FORMULA
};
template <class N, class Neighbours>
struct Engraving {
#include "math/looks/common.inc"
#include "math/looks/engraving.glsl"
#undef float
#undef FORMULA
};
template <class N, class Neighbours>
struct Nacre {
#include "math/looks/common.inc"
#include "math/looks/nacre.glsl"
#undef float
#undef FORMULA
};
// clang-format on

/// How samples are dealt out to the lanes of a tile. Where a pixel has an even number of them along each side, four of
/// a pixel are neighbours, as the browser's are; where it has an odd one, those in the same place of neighbouring
/// pixels.
struct SampleOrder {
  int samples;  ///< along each side of a pixel
  bool quads;   ///< four of a pixel are neighbours

  FS_FORMULA explicit SampleOrder(int count) : samples(count), quads(count % 2 == 0) {}
  /// Rounds until all samples of a pixel have been.
  FS_FORMULA int rounds() const { return quads ? samples * samples / 4 : samples * samples; }
  /// Of sample 0 or 1 of a neighbourhood, in a round: its number along one side of a pixel.
  FS_FORMULA int across(int round, int neighbour) const {
    return quads ? 2 * (round % (samples / 2)) + neighbour : round % samples;
  }
  FS_FORMULA int down(int round, int neighbour) const {
    return quads ? 2 * (round / (samples / 2)) + neighbour : round / samples;
  }
  /// What the distance of neighbours is of that of samples.
  FS_FORMULA float spacing() const { return quads ? 1.0f : static_cast<float>(samples); }
};

template <class Text, class N, class Neighbours>
FS_FORMULA Text look_of(const LookView& view, const Neighbours& neighbours) {
  const auto number = [](float value) { return glsl::Float<N>(static_cast<double>(value)); };
  Text text;
  text.u_grain = number(view.grain);
  text.spacing = number(1.0f / SampleOrder(view.samples).spacing());
  text.u_colour = {number(view.hue), number(view.saturation), number(view.brightness)};
  const float* const life = view.life.phase;
  text.u_life = {number(life[0]), number(life[1]), number(life[2]), number(life[3])};
  text.neighbours = neighbours;
  return text;
}

/// Where the sample (row, column) of a picture's grid of samples lies before the rotation; y points up.
template <class N>
FS_FORMULA glsl::Vec2<N> look_place(const LookView& view, N row, N column) {
  const N half = constant<N>(0.5 * static_cast<double>(view.pitch)), two = constant<N>(2);
  return {half * (two * column + constant<N>(1 - view.samples * view.width)),
          half * (constant<N>(view.samples * view.height - 1) - two * row)};
}

/// Light as it is averaged and kept: square roots, which are even steps to the eye.
template <class N>
FS_FORMULA glsl::Vec3<N> kept_light(glsl::Vec3<N> light) {
  return {sqrt(clamp(light.x, 0.0, 1.0)), sqrt(clamp(light.y, 0.0, 1.0)), sqrt(clamp(light.z, 0.0, 1.0))};
}

}  // namespace fractalsync::math
