// From drawn parameters to pictures for people: stills, contact sheets, the frames of a video. The look is that of
// math/palette.h.
#pragma once

#include <complex>
#include <vector>

#include "host/picture/image.h"

namespace fractalsync {

/// Everything that one picture depends on.
struct Still {
  std::complex<float> c;
  float log_zoom = 0.0f;  ///< the shorter side of the picture spans 4 / e^log_zoom in the plane
  float phi = 0.0f;       ///< rotation of the view, radians
  float hue = 0.5f, saturation = 0.5f, brightness = 0.5f;  ///< each in [0, 1]
};

/// Four samples per pixel; the imaginary axis points up. Runs on `threads` threads (0: all processors); the picture
/// does not depend on how many. Throws Error when a size is not positive or a parameter is not finite.
Image render_still(const Still& still, int width, int height, int threads);

/// Images of one size side by side, `columns` in a row, thin dark margins between and around them. The last row may be
/// short. Throws Error when there is no image, no column, or the sizes differ.
Image contact_sheet(const std::vector<Image>& images, int columns);

}  // namespace fractalsync
