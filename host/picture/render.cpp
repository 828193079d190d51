#include "host/picture/render.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/check.h"
#include "core/thread_pool.h"
#include "math/palette.h"

namespace fractalsync {
namespace {

constexpr int kSamples = 2;         // along each side of a pixel
constexpr float kHalfSpan = 2.0f;   // |z| <= 2 holds every Julia set with |c| <= 2
constexpr float kRimPixels = 1.0f;  // the glow is never thinner than this, so that filaments do not break up,
constexpr float kRimShare =
    1 / 500.0f;  // nor than this share of the picture, so that large pictures look like small ones

/// The plane as this picture sees it: from sample positions to points.
class Camera {
 public:
  Camera(const Still& still, int width, int height)
      : samples_x_(width * kSamples),
        samples_y_(height * kSamples),
        cosine_(std::cos(still.phi)),
        sine_(std::sin(still.phi)) {
    const float span = 2.0f * kHalfSpan / std::exp(still.log_zoom);
    const int side = std::min(width, height);
    // Positions are multiples of half a sample from the centre: those of opposite samples are exact negatives.
    half_step_ = span / static_cast<float>(2 * kSamples * side);
    rim_ = span * std::max(kRimPixels / static_cast<float>(side), kRimShare);
  }
  std::complex<float> point(int row, int column) const {
    const float x = half_step_ * static_cast<float>(2 * column + 1 - samples_x_);
    const float y = half_step_ * static_cast<float>(samples_y_ - 2 * row - 1);
    return {x * cosine_ - y * sine_, x * sine_ + y * cosine_};
  }
  float rim() const { return rim_; }

 private:
  int samples_x_, samples_y_;
  float cosine_, sine_, half_step_ = 0, rim_ = 0;
};

std::uint8_t to_byte(float value) { return static_cast<std::uint8_t>(std::lround(255.0f * value)); }

void render_pixel(const Still& still, const Camera& camera, int row, int column, std::uint8_t* rgb) {
  const math::Look<float> look{still.hue, still.saturation, still.brightness};
  math::Rgb<float> sum{0, 0, 0};
  for (int sample = 0; sample < kSamples * kSamples; ++sample) {
    const auto z = camera.point(row * kSamples + sample / kSamples, column * kSamples + sample % kSamples);
    const auto orbit = math::display_orbit(z.real(), z.imag(), still.c.real(), still.c.imag());
    const auto color = math::display_color(look, math::display_point(orbit), camera.rim());
    sum = {sum.r + color.r, sum.g + color.g, sum.b + color.b};
  }
  constexpr float kShare = 1.0f / (kSamples * kSamples);
  rgb[0] = to_byte(kShare * sum.r);
  rgb[1] = to_byte(kShare * sum.g);
  rgb[2] = to_byte(kShare * sum.b);
}

}  // namespace

Image render_still(const Still& still, int width, int height, int threads) {
  if (width < 1 || height < 1)
    throw Error("cannot draw a picture of " + std::to_string(width) + " x " + std::to_string(height) +
                " pixels: both sides must be at least 1");
  for (const float value :
       {still.c.real(), still.c.imag(), still.log_zoom, still.phi, still.hue, still.saturation, still.brightness})
    if (!std::isfinite(value)) throw Error("cannot draw a picture: a parameter is not a finite number");

  Image image(width, height);
  const Camera camera(still, width, height);
  // z and -z have the same orbit after one step: the lower half is the upper half turned by half a turn.
  const int rows = (height + 1) / 2;
  ThreadPool pool(threads);
  pool.run(rows, [&](std::int64_t task, int) {
    const int row = static_cast<int>(task);
    for (int column = 0; column < width; ++column) {
      std::uint8_t* rgb = image.pixel(row, column);
      render_pixel(still, camera, row, column, rgb);
      if (row != height - 1 - row) std::copy_n(rgb, 3, image.pixel(height - 1 - row, width - 1 - column));
    }
  });
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
