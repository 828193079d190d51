// Keeps a sequence of pictures to the flash limiter's answers: measures each, and holds back what would flash by mixing
// it, in linear light, with what was shown.
#pragma once

#include <cstdint>
#include <vector>

#include "host/picture/image.h"
#include "host/video/flash_limiter.h"

namespace fractalsync {

/// The tiles of a picture, of up to some thousand pixels of each.
TileLight tile_light(const Image& image);

class FlashGuard {
 public:
  /// Turns the picture of the moment `ms` into what may be shown then. All pictures have one size.
  void limit(Image& image, double ms);
  /// Pictures that were held back so far.
  std::int64_t held_back() const { return held_back_; }

 private:
  FlashLimiter limiter_;
  std::vector<std::uint8_t> shown_;
  /// The same in linear light, with more digits than a byte has, while pictures are held back: else small steps would
  /// never arrive.
  std::vector<float> light_;
  bool mixing_ = false;
  std::int64_t held_back_ = 0;
};

}  // namespace fractalsync
