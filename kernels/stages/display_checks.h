// What the display stage asks of its arguments, whichever backend computes it. Throws CheckFailure.
#pragma once

#include <cmath>
#include <cstdint>

#include "core/view.h"
#include "stages/display.h"

namespace fractalsync {

inline void check_display(const DisplaySpec& spec, const DisplayFrame& frame, View<const std::uint8_t> picture) {
  FS_CHECK(spec.width >= 1 && spec.width <= kMostDisplaySide);
  FS_CHECK(spec.height >= 1 && spec.height <= kMostDisplaySide);
  FS_CHECK(spec.samples >= 1 && spec.samples <= kMostDisplaySamples);
  FS_CHECK_EQ(picture.size(), display_bytes(spec));
  for (const float value : {frame.c_re, frame.c_im, frame.log_zoom, frame.phi, frame.hue, frame.saturation,
                            frame.brightness, frame.life, spec.seed})
    FS_CHECK(std::isfinite(value));
}

}  // namespace fractalsync
