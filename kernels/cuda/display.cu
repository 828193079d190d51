// The picture for people; of the same orbits as the CPU's, bit for bit, and of colours that differ by rounding.
#include "cuda/cuda_backend.h"
#include "math/display.h"
#include "math/palette.h"
#include "stages/display_checks.h"

namespace fractalsync::cuda {
namespace {

constexpr int kThreads = 128;
/// A warp is 8 pixels by 4, whose orbits end more nearly together than those of 32 in a row.
constexpr int kAcross = 8, kDown = 4, kWarps = kThreads / 32;

/// The mean colour of a pixel's samples (math/display.h, math/palette.h). One thread per pixel of the upper half, which
/// also writes the opposite one; a block is four warps' tiles side by side. Per pixel 6 bytes written and, for each
/// sample, up to 120 steps of 20 operations and some 150 for the colour, as many for the pixel's curtain: 1920 x 1080
/// pixels of four samples, 60 steps each on the average, are 6 G operations, 0.2 ms on a processor of the H100 kind. A
/// pixel's samples are added in their order. Twelve blocks to a processor: with the registers of sixteen one would
/// spill.
__global__ void __launch_bounds__(kThreads, 12)
    display_kernel(math::DisplayView view, math::DisplayTrap trap, math::Colors<float> look, std::uint8_t* picture) {
  const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
  const int row = static_cast<int>(blockIdx.y) * kDown + lane / kAcross;
  const int column = (static_cast<int>(blockIdx.x) * kWarps + warp) * kAcross + lane % kAcross;
  if (2 * row >= view.height || column >= view.width) return;
  const float curtain = math::display_curtain(view, static_cast<float>(row), static_cast<float>(column));
  math::Rgb<float> sum{0, 0, 0};
  for (int sample = 0; sample < view.samples * view.samples; ++sample) {
    const auto at = math::display_place(view, static_cast<float>(row), static_cast<float>(column),
                                        sample / view.samples, sample % view.samples);
    const auto orbit = math::display_orbit(trap, at.x, at.y, view.c_re, view.c_im);
    sum = sum + math::display_color(look, math::display_point(orbit), view.rim, curtain);
  }
  const float share = 1.0f / static_cast<float>(view.samples * view.samples);
  const math::Rgb<float> levels = math::display_levels(
      share * sum, math::grain_at(static_cast<std::uint32_t>(column), static_cast<std::uint32_t>(row)));
  const float level[3] = {levels.r, levels.g, levels.b};
  const std::int64_t width = view.width, here = row * width + column, last = width * view.height - 1;
  const bool mirrored = 2 * row + 1 < view.height;  // the middle row holds its own opposites
  for (int k = 0; k < 3; ++k) {
    const auto byte = static_cast<std::uint8_t>(level[k]);
    picture[3 * here + k] = byte;
    if (mirrored) picture[3 * (last - here) + k] = byte;
  }
}

}  // namespace

void CudaBackend::display(const DisplaySpec& spec, const DisplayFrame& frame, View<std::uint8_t> picture) {
  check_display(spec, frame, picture);
  if (spec.look != Look::classic) return draw_look(spec, frame, picture);
  const math::DisplayView view = math::display_view(spec, frame);
  const int rows = (spec.height + 1) / 2;
  const dim3 grid(static_cast<unsigned>((spec.width + kAcross * kWarps - 1) / (kAcross * kWarps)),
                  static_cast<unsigned>((rows + kDown - 1) / kDown));
  launch("display", display_kernel, grid, kThreads, 0, stream_, view, math::display_trap(view),
         math::Colors<float>{frame.hue, frame.saturation, frame.brightness}, picture.data());
}

}  // namespace fractalsync::cuda
