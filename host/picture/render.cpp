#include "host/picture/render.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/check.h"

namespace fractalsync {

Image render_still(Backend& backend, const DisplaySpec& spec, const DisplayFrame& frame) {
  if (std::min(spec.width, spec.height) < 1 || std::max(spec.width, spec.height) > kMostDisplaySide)
    throw Error("cannot draw a picture of " + std::to_string(spec.width) + " x " + std::to_string(spec.height) +
                " pixels: both sides must be from 1 to " + std::to_string(kMostDisplaySide));
  for (const float value :
       {frame.c_re, frame.c_im, frame.log_zoom, frame.phi, frame.hue, frame.saturation, frame.brightness})
    if (!std::isfinite(value)) throw Error("cannot draw a picture: a parameter is not a finite number");

  Image image(spec.width, spec.height);
  Buffer<std::uint8_t> picture(backend.memory(), display_bytes(spec));
  backend.display(spec, frame, picture.view());
  backend.download_bytes(image.rgb.data(), picture.data(), picture.size());
  return image;
}

Image contact_sheet(const std::vector<Image>& images, int columns) {
  if (images.empty() || columns < 1) throw Error("a contact sheet needs at least one picture and one column");
  constexpr int kMargin = 2;
  constexpr std::uint8_t kMarginGrey = 12;
  const int width = images[0].width, height = images[0].height;
  const int count = static_cast<int>(images.size());
  const int used_columns = std::min(columns, count), rows = (count + columns - 1) / columns;
  Image sheet(used_columns * (width + kMargin) + kMargin, rows * (height + kMargin) + kMargin);
  std::fill(sheet.rgb.begin(), sheet.rgb.end(), kMarginGrey);
  for (int k = 0; k < count; ++k) {
    const Image& image = images[static_cast<std::size_t>(k)];
    if (image.width != width || image.height != height)
      throw Error("the pictures of a contact sheet must have one size");
    const int top = kMargin + k / columns * (height + kMargin), left = kMargin + k % columns * (width + kMargin);
    for (int row = 0; row < height; ++row) std::copy_n(image.pixel(row, 0), 3 * width, sheet.pixel(top + row, left));
  }
  return sheet;
}

}  // namespace fractalsync
