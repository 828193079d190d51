// Entry points of the looks' kernels of one instruction set. Planes are those of math/finish.h: three, of square roots
// of light.
#pragma once

#include <cstdint>

#include "cpu/isa.h"
#include "math/field.h"
#include "math/finish.h"
#include "stages/display.h"

namespace fractalsync::cpu {

/// A row of what finishing a row of a picture needs: three numbers for each pixel, padded to whole groups of lanes.
struct FinishRow {
  const float* kept[3];
  const float* wide[3];
  const float* grain;
  float down;  ///< the row's place from the middle of the picture
};

struct LookKernels {
  /// Rows [first, first + kDisplayRows) of the planes as far as they lie in the upper half (with the middle row), and
  /// the rows opposite to them.
  void (*draw_rows)(Look look, const math::LookView& view, int first, float* const* planes);
  /// The `width` pixels of a row to bytes.
  void (*finish_row)(const math::Finish& finish, const FinishRow& row, int width, int height, std::uint8_t* rgb);
};

FRACTALSYNC_DECLARE_KERNELS(LookKernels, look_kernels);

}  // namespace fractalsync::cpu
