// Dot products of adjoint images with a frame's tangents: the step from dm/dI to a metric's Jacobian.
#pragma once

#include "cpu/half_image.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {

/// sums[k][d] = sum over the image of adjoint k times tangent d, for adjoint(k, offset) of kAdjoints images. Two
/// tangents at a time: what the registers of the smaller instruction sets hold.
template <int kAdjoints, class T, class Adjoint>
FS_LANES void dot_tangents(HalfShape shape, ImagePlanes<T> frame, Adjoint adjoint, T (&sums)[kAdjoints][kTangents]) {
  // Sums of sums, of a band of rows each.
  constexpr int kBand = 8;
  for (int d = 0; d < kTangents; d += 2) {
    const T* left = frame.tangents + d * frame.plane;
    const T* right = left + frame.plane;
    Lanes<T> total[kAdjoints][2];
    for (auto& pair : total) pair[0] = pair[1] = zeros<T>();
    for (int band = 0; band < shape.rows; band += kBand) {
      const std::int64_t end = std::int64_t{band + kBand < shape.rows ? band + kBand : shape.rows} * shape.width;
      Lanes<T> part[kAdjoints][2];
      for (auto& pair : part) pair[0] = pair[1] = zeros<T>();
      for (std::int64_t k = std::int64_t{band} * shape.width; k < end; k += kLanes) {
        const Lanes<T> x = load(left + k), y = load(right + k);
        for (int a = 0; a < kAdjoints; ++a) {
          const Lanes<T> weight = adjoint(a, k);
          part[a][0] = mul_add(weight, x, part[a][0]);
          part[a][1] = mul_add(weight, y, part[a][1]);
        }
      }
      for (int a = 0; a < kAdjoints; ++a)
        for (int side = 0; side < 2; ++side) total[a][side] = total[a][side] + part[a][side];
    }
    for (int a = 0; a < kAdjoints; ++a)
      for (int side = 0; side < 2; ++side) sums[a][d + side] = T(2) * sum(total[a][side]);
  }
}

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
