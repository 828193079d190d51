// From drawn parameters to pictures for people: stills and contact sheets. The backend draws (stages/display.h).
#pragma once

#include <vector>

#include "backend.h"
#include "host/picture/image.h"

namespace fractalsync {

/// Throws Error, a sentence for people, when a side is not positive or too large, or a parameter is not finite.
Image render_still(Backend& backend, const DisplaySpec& spec, const DisplayFrame& frame);

/// Images of one size side by side, `columns` in a row, thin dark margins between and around them. The last row may be
/// short. Throws Error when there is no image, no column, or the sizes differ.
Image contact_sheet(const std::vector<Image>& images, int columns);

}  // namespace fractalsync
