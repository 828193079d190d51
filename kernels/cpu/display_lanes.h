// Entry points of the display kernels of one instruction set.
#pragma once

#include <cstdint>

#include "cpu/isa.h"
#include "math/display.h"
#include "math/palette.h"

namespace fractalsync::cpu {

/// Rows of a picture that are drawn together.
inline constexpr int kDisplayRows = 4;

struct DisplayKernels {
  /// Rows [first, first + kDisplayRows) of `picture` as far as they lie in its upper half (with the middle row), and
  /// the rows opposite to them.
  void (*draw_rows)(const math::DisplayView& view, const math::DisplayTrap& trap, const math::Colors<float>& look,
                    int first, std::uint8_t* picture);
};

FRACTALSYNC_DECLARE_KERNELS(DisplayKernels, display_kernels);

}  // namespace fractalsync::cpu
