// The picture for people. The training image (stages/julia.h) is grey and smooth for the gradient's sake; this one is
// in colour, of any size, and nothing is derived from it.
#pragma once

#include "core/view.h"

namespace fractalsync {

/// How a picture looks: classic is math/palette.h, the others are the browser app's (data/looks.json, math/looks).
enum class Look : int { classic, aurora, ink, glass, paper, engraving, nacre };
inline constexpr const char* kLookNames[] = {"classic", "aurora", "ink", "glass", "paper", "engraving", "nacre"};

struct DisplaySpec {
  int width = 0, height = 0;  ///< pixels
  int samples = 2;            ///< along each side of a pixel
  Look look = Look::classic;
  float seed = 1;  ///< of the backgrounds
};

/// The largest picture: its bytes are counted in 32 bits on the device.
inline constexpr int kMostDisplaySide = 16384, kMostDisplaySamples = 8;

/// Everything that one picture depends on.
struct DisplayFrame {
  float c_re = 0, c_im = 0;
  float log_zoom = 0;  ///< the shorter side of the picture spans 3.1 / e^log_zoom in the plane
  float phi = 0;       ///< rotation of the view, radians
  float hue = 0.5f, saturation = 0.5f, brightness = 0.5f;  ///< each in [0, 1]
  float life = 0;  ///< age of the background, seconds that pass the faster the faster the picture moves
};

/// Numbers of a picture: [height, width, 3], red, green, blue, rows from top to bottom.
constexpr std::int64_t display_bytes(const DisplaySpec& spec) { return std::int64_t{3} * spec.width * spec.height; }

}  // namespace fractalsync
