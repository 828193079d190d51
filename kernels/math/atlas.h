// The boundary atlas: a chart of the neighbourhood of the main cardioid's boundary, where Julia sets are rich. A place
// on it is an angle psi along the boundary and, across it, an e in [0, 1] in which the edges that Canny sees in the
// picture grow linearly, at every angle alike:
//
//   m = rho(psi, e) e^{i psi},   c = m / 2 - m^2 / 4      (rho < 1 inside of the cardioid, 1 on it, > 1 outside)
//
// rho and `sensitivity`, how much the picture changes by a radian of rotation, are tables (bilinear between their
// nodes), measured once by data/make_atlas. The regions psi < .4 (the cusp) and psi > 2.8 (towards -3/4), where Canny
// sees little, are left out.
#pragma once

#include <cmath>

#include "core/annotate.h"
#include "math/number.h"

namespace fractalsync {

inline constexpr int kAtlasRows = 257, kAtlasColumns = 17;  ///< nodes in psi and in e
inline constexpr double kAtlasFirstAngle = 0.40, kAtlasLastAngle = 2.80;
inline constexpr int kAtlasNodes = kAtlasRows * kAtlasColumns;

/// Tables over the nodes, row-major, each row of one psi.
struct AtlasTables {
  const float* rho;
  const float* sensitivity;
};

/// In host memory, and of the same values as those that a GPU has.
AtlasTables atlas_tables();

/// Changes with every change of a table: a network plays on the atlas that it was trained with.
inline constexpr int kAtlasVersion = 1;

namespace math {

/// A table's value and its derivatives, which are those of the bilinear interpolant: 0 where its argument is clamped.
template <class T>
struct AtlasValue {
  T value, by_psi, by_e;
};

template <class T>
FS_FORMULA AtlasValue<T> look_up(const float* table, T psi, T e) {
  constexpr T kRowsPerRadian = T((kAtlasRows - 1) / (kAtlasLastAngle - kAtlasFirstAngle));
  constexpr T kLastRow = T(kAtlasRows - 1), kLastColumn = T(kAtlasColumns - 1);
  const T u = min(max((psi - T(kAtlasFirstAngle)) * kRowsPerRadian, T(0)), kLastRow);
  const T v = min(max(e * kLastColumn, T(0)), kLastColumn);
  const T row = min(std::floor(u), kLastRow - T(1)), column = min(std::floor(v), kLastColumn - T(1));
  const T f = u - row, g = v - column;
  const float* const at = table + static_cast<int>(row) * kAtlasColumns + static_cast<int>(column);
  const T low = T(at[0]), low_next = T(at[1]), high = T(at[kAtlasColumns]), high_next = T(at[kAtlasColumns + 1]);
  const T on_low = (T(1) - g) * low + g * low_next, on_high = (T(1) - g) * high + g * high_next;
  const bool inside_psi = psi > T(kAtlasFirstAngle) && psi<T(kAtlasLastAngle), inside_e = e> T(0) && e < T(1);
  return {(T(1) - f) * on_low + f * on_high, keep(inside_psi, kRowsPerRadian * (on_high - on_low)),
          keep(inside_e, kLastColumn * ((T(1) - f) * (low_next - low) + f * (high_next - high)))};
}

/// c of a place, and its derivatives by e and by psi.
template <class T>
struct AtlasPoint {
  T re, im;
  T re_by_e, im_by_e;
  T re_by_psi, im_by_psi;
};

/// c and its derivatives from m = radius e^{i psi}: dc/dm = (1 - m) / 2, dm/d radius = e^{i psi}, dm/d psi = i m.
template <class T>
FS_FORMULA AtlasPoint<T> cardioid_point(const AtlasValue<T>& radius, T psi) {
  const T cosine = std::cos(psi), sine = std::sin(psi);
  const T re = radius.value * cosine, im = radius.value * sine;
  const T slope_re = (T(1) - re) / T(2), slope_im = -im / T(2);
  // e^{i psi} dc/dm, and i m dc/dm.
  const T out_re = cosine * slope_re - sine * slope_im, out_im = cosine * slope_im + sine * slope_re;
  const T along_re = -(im * slope_re + re * slope_im), along_im = re * slope_re - im * slope_im;
  return {re / T(2) - (re * re - im * im) / T(4),
          im / T(2) - re * im / T(2),
          out_re * radius.by_e,
          out_im * radius.by_e,
          along_re + out_re * radius.by_psi,
          along_im + out_im * radius.by_psi};
}

/// c of the place (psi, e).
template <class T>
FS_FORMULA AtlasPoint<T> atlas_point(const float* rho_table, T psi, T e) {
  return cardioid_point(look_up(rho_table, psi, e), psi);
}

/// How many times the hard temporal change of a small turn is the one that training sees (image W, 64 pixels, 100
/// iterations, fade .25, rounding .01, zoom 1.3), at e = 0, 1/8 .. 1; linear between. Measured by data/make_atlas.
inline constexpr int kChangeNodes = 9;
FS_FORMULA double change_node(int k) {
  constexpr double kNodes[kChangeNodes] = {
#include "math/atlas_change.inc"
  };
  return kNodes[k];
}
template <class T>
FS_FORMULA T change_calibration(T e) {
  const T v = min(max(e, T(0)), T(1)) * T(kChangeNodes - 1);
  const T node = min(std::floor(v), T(kChangeNodes - 2)), share = v - node;
  const int at = static_cast<int>(node);
  return (T(1) - share) * T(change_node(at)) + share * T(change_node(at + 1));
}

}  // namespace math
}  // namespace fractalsync
