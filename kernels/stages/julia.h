// Stage 4: the picture and its derivatives. Parameters of a frame in, an intensity image and its tangents with
// respect to (Re c, Im c, ln zoom, phi) out.
//
// Three differentiable images: V (distance fade over a saturating smooth iteration count, second-order tangents), W (V
// with a straight tone: its edges are those that Canny sees near the boundary of the Mandelbrot set) and Q (regularised
// logarithm of Green's potential, first-order tangents). All are 1 on the filled Julia set.
// Far outside of every view (a zoom of e^-50) numbers overflow. A pixel whose |z|^2 or intensity is not finite counts as
// on the Julia set, and a tangent of which any part is not finite is 0; the picture does not depend on who asks for its
// tangents.
// A rendered image is symmetric under z -> -z: pixel k equals pixel P - 1 - k.
#pragma once

#include "core/view.h"

namespace fractalsync {

enum class JuliaImage { V, Q, W };

inline constexpr const char* kJuliaImageNames[] = {"V", "Q", "W"};

/// V and W: one computation, whose tone bends or does not. Kernels are made for V and for Q.
constexpr bool fades(JuliaImage image) { return image != JuliaImage::Q; }

/// Number of parameters an image is differentiated by: Re c, Im c, ln zoom, phi (visual.h's Drawn).
inline constexpr int kTangents = 4;

struct JuliaSpec {
  JuliaImage image = JuliaImage::V;
  int side = 48;            ///< pixels; even, at least 4
  int max_iterations = 48;  ///< at most 90 for Q (float32 range of the scaled tangents)
  float bailout = 256;
  float half_width = 2;      ///< of the view at zoom 1
  float fade_pixels = 0.25f; ///< V, W: kappa, width of the fade at the boundary
  int potential_level = 12;  ///< Q: K, the potential is regularised at 2^-K
};

/// The plain escape-time image of the original, from which the honest ("hard") metrics are computed:
/// value = trunc(255 * iterations / max_iterations), bailout 2, double precision, grid
/// linspace(-2/zoom, 2/zoom, side) both ways with its ends, row 0 at the most negative imaginary part, the grid
/// rotated by phi.
struct EscapeTimeSpec {
  int side = 128;
  int max_iterations = 100;
};

/// Is J_c connected? chi = 1 exactly when the critical orbit stays bounded, and falls off with c's potential:
/// chi = ln(1 + 1/sqrt(G^2 + eps^2)) / ln(1 + 1/eps), eps = 2^-level. Its gradient is 0 where it is 1.
struct ConnectednessSpec {
  int max_iterations = 200;
  float bailout = 256;
  int level = 8;
};

}  // namespace fractalsync
