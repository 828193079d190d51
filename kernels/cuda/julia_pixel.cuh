// One pixel of a Julia image in one thread: where its orbit ends, what it looks like, and its tangent.
//
// The orbit is walked twice. The first walk, the same operations as on the CPU, knows z alone and finds n: 9
// instructions a step. The second is taken only where a derivative is asked for and the pixel escaped, knows n
// beforehand, and carries four derivatives along in registers (math/julia.h): 33 instructions a step for image V, 21
// for Q. Lanes of a warp are a tile of 8 x 4 pixels, which end their walks more nearly together than a row would.
#pragma once

#include <cstdint>

#include "core/view.h"
#include "cuda/gpu.h"
#include "math/julia.h"
#include "stages/visual.h"

namespace fractalsync::cuda {

inline constexpr int kWarpColumns = 8, kWarpRows = 4;

/// JuliaSpec with what would otherwise be computed by every pixel.
struct PixelSpec {
  JuliaSpec julia;
  float bailout;  ///< of |Z|^2 = |2z|^2
  float per_iteration;
  float tone_bend;
  math::PotentialLevel<float> potential;

  explicit PixelSpec(const JuliaSpec& spec)
      : julia(spec),
        bailout(4 * spec.bailout * spec.bailout),
        per_iteration(static_cast<float>(1.0 / spec.max_iterations)),
        tone_bend(math::tone_bend<float>(spec)),
        potential(math::potential_level<float>(spec.potential_level)) {}
};

__device__ inline math::JuliaView<float> frame_view(const PixelSpec& spec, Matrix<const float> drawn,
                                                    std::int64_t frame) {
  const float* d = drawn.row(frame);
  return math::julia_view<float>(spec.julia, d[kDrawnReal], d[kDrawnImag], d[kDrawnLogZoom], d[kDrawnPhi]);
}

/// Z_0 of a pixel.
__device__ inline math::Point<float> pixel_start(const PixelSpec& spec, const math::JuliaView<float>& view, int row,
                                                 int column) {
  const int side = spec.julia.side;
  return math::start_point(view, math::grid_position(static_cast<float>(2 * column + 1), side),
                           math::grid_position(static_cast<float>(2 * row + 1), side));
}

/// The end of an orbit.
struct OrbitEnd {
  math::Point<float> z;
  float norm;       ///< |Z_n|^2
  float steepness;  ///< V: |dz_n/dz_0|^2
  int steps;        ///< n; kBounded on the Julia set
};
inline constexpr int kBounded = -1;

template <JuliaImage kImage>
__device__ OrbitEnd find_escape(const PixelSpec& spec, const math::JuliaView<float>& view, math::Point<float> start) {
  const float four_c_re = 4 * view.c_re, two_c_im = 2 * view.c_im;
  OrbitEnd end{start, math::squared_length(start), 1, 0};
  while (end.steps < spec.julia.max_iterations && end.norm <= spec.bailout) {
    if constexpr (kImage == JuliaImage::V) end.steepness = math::next_steepness(end.steepness, end.norm);
    end.z = math::next_point(end.z, four_c_re, two_c_im);
    end.norm = math::squared_length(end.z);
    ++end.steps;
  }
  const bool escaped = end.norm > spec.bailout && end.steepness <= static_cast<float>(math::kSteepest);
  if (!escaped) end.steps = kBounded;
  return end;
}

/// For an orbit that escaped.
template <JuliaImage kImage>
__device__ math::Shade<float> shade_pixel(const PixelSpec& spec, const math::JuliaView<float>& view,
                                          const OrbitEnd& end) {
  const float norm = 0.25f * end.norm, steps = static_cast<float>(end.steps);
  if constexpr (kImage == JuliaImage::V)
    return math::shade_fade(norm, end.steepness, steps, view.fade_squared, spec.per_iteration,
                            spec.tone_bend);
  else
    return math::shade_potential(norm, steps, spec.potential);
}

/// The intensity where an orbit ended. One that is not finite (the view reaches to infinity) counts as on the Julia
/// set.
template <JuliaImage kImage>
__device__ float pixel_intensity(const PixelSpec& spec, const math::JuliaView<float>& view, OrbitEnd& end) {
  if (end.steps == kBounded) return 1;
  const float intensity = shade_pixel<kImage>(spec, view, end).intensity;
  if (math::is_finite(intensity)) return intensity;
  end.steps = kBounded;
  return 1;
}

/// The tangent of a pixel that escapes after `steps`; zeros when it is not finite.
template <JuliaImage kImage>
__device__ math::PixelTangent<float> walk_tangent(const PixelSpec& spec, const math::JuliaView<float>& view,
                                                  math::Point<float> start, int steps) {
  const float four_c_re = 4 * view.c_re, two_c_im = 2 * view.c_im;
  math::OrbitTangent<kImage, float> t;
  OrbitEnd end{start, math::squared_length(start), 1, steps};
  for (int k = 0; k < steps; ++k) {
    t.step(end.z, end.norm);
    if constexpr (kImage == JuliaImage::V) end.steepness = math::next_steepness(end.steepness, end.norm);
    end.z = math::next_point(end.z, four_c_re, two_c_im);
    end.norm = math::squared_length(end.z);
  }
  auto tangent = math::pixel_tangent(shade_pixel<kImage>(spec, view, end), t, start, end.z);
  bool sound = true;
  for (const float by : tangent.by) sound = sound && math::is_finite(by);
  if (!sound) tangent = {};
  return tangent;
}

}  // namespace fractalsync::cuda
