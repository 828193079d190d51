// Pictures for people: symmetries of the picture, sheets, PNG files.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>

#include "core/check.h"
#include "host/io/atomic_file.h"
#include "host/picture/png.h"
#include "host/picture/render.h"
#include "support/compare.h"

namespace fractalsync {
namespace {

using test::TemporaryFolder;

DisplayFrame some_frame() {
  return {
      .c_re = -0.12f, .c_im = 0.7f, .log_zoom = 0.2f, .phi = 0.4f, .hue = 0.3f, .saturation = 0.6f, .brightness = 0.7f};
}

Image draw(const DisplayFrame& frame, int width, int height) {
  return render_still(*make_cpu_backend(2), {.width = width, .height = height}, frame);
}

/// Two bytes of one colour differ by no more: grain of 1.53 levels either way, and rounding.
constexpr int kGrainLevels = 4;

TEST(RenderStill, IsSymmetricUnderHalfATurn) {
  for (const auto& [width, height] : {std::pair{1, 1}, {2, 3}, {33, 17}, {16, 16}}) {
    const Image image = draw(some_frame(), width, height);
    ASSERT_EQ(image.width, width);
    ASSERT_EQ(image.height, height);
    for (int row = 0; row < height; ++row)
      for (int column = 0; column < width; ++column)
        for (int k = 0; k < 3; ++k) {
          const int here = image.pixel(row, column)[k], there = image.pixel(height - 1 - row, width - 1 - column)[k];
          if (2 * row + 1 == height)
            ASSERT_LE(std::abs(here - there), kGrainLevels);  // pixels of one row have each their grain
          else
            ASSERT_EQ(here, there);
        }
  }
}

// Of the set: what is behind it stands where it is. So this looks at the inside alone.
TEST(RenderStill, ConjugateIsTheMirrorImage) {
  DisplayFrame still = some_frame();
  still.phi = 0.0f;
  still.c_im = 0.4f;
  still.log_zoom = 1.3f;
  const Image image = draw(still, 40, 31);
  still.c_im = -still.c_im;
  const Image mirrored = draw(still, 40, 31);
  int others = 0;
  for (int row = 0; row < 31; ++row)
    for (int k = 0; k < 3 * 40; ++k) {
      ASSERT_LE(std::abs(image.pixel(row, 0)[k] - mirrored.pixel(30 - row, 0)[k]), kGrainLevels);
      others += std::abs(image.pixel(row, 0)[k] - mirrored.pixel(row, 0)[k]) > kGrainLevels;
    }
  EXPECT_GT(others, 31 * 3 * 40 / 4);
}

// The basilica (c = -1) is longer along the real axis.
TEST(RenderStill, RealAxisPointsRight) {
  const Image image = draw({.c_re = -1, .log_zoom = -0.25f}, 64, 64);
  const auto light = [&](int row, int column) {
    const std::uint8_t* p = image.pixel(row, column);
    return p[0] + p[1] + p[2];
  };
  // z = 1.5 is inside the basilica, z = 1.5i is far outside.
  EXPECT_GT(light(31, 56), 2 * light(7, 31));
}

TEST(RenderStill, ColoursDoNotJumpWhereTheSetFallsApart) {
  // c = 1/4 is the cusp: below it the Julia set is connected, above it is dust.
  DisplayFrame still = some_frame();
  still.c_re = 0.25f - 1e-6f;
  still.c_im = 0;
  const Image connected = draw(still, 64, 64);
  still.c_re = 0.25f + 1e-6f;
  const Image dust = draw(still, 64, 64);
  double change = 0.0;
  for (std::size_t i = 0; i < dust.rgb.size(); ++i) change += std::abs(connected.rgb[i] - dust.rgb[i]);
  // While an orbit stays where |2z| <= 1, |dz_n/dc| <= n: the trap moves by at most 120 * 2e-6, and a channel, whose
  // slope in the trap is below 4, by less than a quarter of a level. Colouring by escaped or not would move it by
  // dozens.
  EXPECT_LT(change / static_cast<double>(dust.rgb.size()), 0.25);
}

TEST(RenderStill, RefusesWhatCannotBeDrawn) {
  EXPECT_THROW(draw(some_frame(), 0, 10), Error);
  EXPECT_THROW(draw(some_frame(), 10, -1), Error);
  DisplayFrame still = some_frame();
  still.c_re = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(draw(still, 10, 10), Error);
}

TEST(ContactSheet, PutsImagesInReadingOrder) {
  std::vector<Image> images;
  for (std::uint8_t k = 0; k < 5; ++k) {
    images.emplace_back(3, 2);
    std::fill(images.back().rgb.begin(), images.back().rgb.end(), static_cast<std::uint8_t>(100 + k));
  }
  const Image sheet = contact_sheet(images, 3);
  EXPECT_EQ(sheet.width, 3 * 3 + 4 * 2);
  EXPECT_EQ(sheet.height, 2 * 2 + 3 * 2);
  EXPECT_EQ(sheet.pixel(2, 2)[0], 100);
  EXPECT_EQ(sheet.pixel(3, 2 + 5 + 2)[2], 101);
  EXPECT_EQ(sheet.pixel(6, 7)[1], 104);
  EXPECT_EQ(sheet.pixel(6, 12)[1], sheet.pixel(0, 0)[1]);  // the last row is short
  EXPECT_LT(sheet.pixel(0, 0)[0], 30);
}

TEST(ContactSheet, RefusesNothingAndMixedSizes) {
  EXPECT_THROW(contact_sheet({}, 3), Error);
  EXPECT_THROW(contact_sheet({Image(2, 2)}, 0), Error);
  EXPECT_THROW(contact_sheet({Image(2, 2), Image(2, 3)}, 2), Error);
}

TEST(Png, ReadsBackWhatWasWritten) {
  const TemporaryFolder folder;
  const Image image = draw(some_frame(), 31, 18);
  write_png(folder / "a.png", image);
  const Image back = read_png(folder / "a.png");
  EXPECT_EQ(back.width, 31);
  EXPECT_EQ(back.height, 18);
  EXPECT_EQ(back.rgb, image.rgb);
}

TEST(Png, RefusesEmptyImagesAndBadFiles) {
  const TemporaryFolder folder;
  EXPECT_THROW(write_png(folder / "a.png", Image()), Error);
  EXPECT_THROW(write_png(folder / "missing" / "a.png", Image(2, 2)), Error);
  write_file_atomically(folder / "b.png", "not a picture");
  EXPECT_THROW(read_png(folder / "b.png"), Error);
  const std::string whole = png_bytes(draw(some_frame(), 31, 18));
  write_file_atomically(folder / "c.png", whole.substr(0, whole.size() / 2));
  EXPECT_THROW(read_png(folder / "c.png"), Error);
}

}  // namespace
}  // namespace fractalsync
