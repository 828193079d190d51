// Pictures for people: the display formulas against closed forms, symmetries of the picture, sheets, PNG files.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>

#include "core/check.h"
#include "core/rng.h"
#include "host/io/atomic_file.h"
#include "host/picture/png.h"
#include "host/picture/render.h"
#include "math/palette.h"
#include "support/compare.h"

namespace fractalsync {
namespace {

using test::TemporaryFolder;

Still some_still() {
  return {.c = {-0.12f, 0.7f}, .log_zoom = 0.2f, .phi = 0.4f, .hue = 0.3f, .saturation = 0.6f, .brightness = 0.7f};
}

// For c = 0 everything has a closed form: z_n = z^(2^n), so G = ln|z|, distance = |z| ln|z|, and with the normalisation
// of the palette count = log2(ln 1000 / ln|z|).
TEST(DisplayPoint, AgreesWithClosedFormForZeroC) {
  for (const double radius : {1.01, 1.2, 2.0, 7.0}) {
    SCOPED_TRACE(radius);
    const auto orbit = math::display_orbit(radius * std::cos(0.7), radius * std::sin(0.7), 0.0, 0.0);
    const auto point = math::display_point(orbit);
    // Each of the at most 11 squarings doubles the relative error so far and adds four roundings: below
    // 4 * 2^12 * 2^-53 in the last z, hence far below 1e-11 in all three.
    EXPECT_NEAR(point.distance, radius * std::log(radius), 1e-11);
    EXPECT_NEAR(point.count, std::log2(std::log(1000.0) / std::log(radius)), 1e-11);
    EXPECT_NEAR(point.trap, radius * radius, 1e-11);
  }
}

TEST(DisplayPoint, BoundedOrbitHasFullCountAndNoDistance) {
  const auto point = math::display_point(math::display_orbit(0.3, 0.2, -0.1, 0.1));
  EXPECT_EQ(point.count, math::kDisplayIterations);
  EXPECT_EQ(point.distance, 0.0);
  EXPECT_GT(point.trap, 0.0);
  EXPECT_LT(point.trap, 0.25);
}

TEST(DisplayColor, HueWheelIsThreeShiftedCosines) {
  for (double turns = -1.5; turns < 1.5; turns += 0.0625) {
    const auto c = math::hue_wheel(turns);
    const double expected[3] = {0.5 + 0.5 * std::cos(2 * M_PI * turns),
                                0.5 + 0.5 * std::cos(2 * M_PI * (turns - 1.0 / 3)),
                                0.5 + 0.5 * std::cos(2 * M_PI * (turns - 2.0 / 3))};
    // The angle is at most 13 and rounded three times: 13 * 3 * 2^-53 < 5e-15.
    EXPECT_NEAR(c.r, expected[0], 5e-15);
    EXPECT_NEAR(c.g, expected[1], 5e-15);
    EXPECT_NEAR(c.b, expected[2], 5e-15);
  }
}

TEST(DisplayColor, StaysWithinRangeEverywhere) {
  constexpr std::uint64_t kSeed = 20;
  SCOPED_TRACE(kSeed);
  const auto draw = [&](std::uint64_t i, std::uint32_t j) {
    return uniform_float(random_block(kSeed, RandomStream::test_data, i, j).word[0]);
  };
  for (std::uint64_t i = 0; i < 20000; ++i) {
    const math::Look<float> look{draw(i, 0), draw(i, 1), draw(i, 2)};
    const float x = 8 * draw(i, 3) - 4, y = 8 * draw(i, 4) - 4, c_re = 4 * draw(i, 5) - 2, c_im = 4 * draw(i, 6) - 2;
    const auto point = math::display_point(math::display_orbit(x, y, c_re, c_im));
    ASSERT_TRUE(point.distance >= 0 && point.distance <= 1e9f);
    ASSERT_TRUE(point.trap >= 0 && point.count <= math::kDisplayIterations);
    const auto color = math::display_color(look, point, 0.01f);
    for (const float v : {color.r, color.g, color.b}) ASSERT_TRUE(v >= 0 && v <= 1) << "z = " << x << ", " << y;
  }
}

TEST(RenderStill, IsSymmetricUnderHalfATurn) {
  for (const auto& [width, height] : {std::pair{1, 1}, {2, 3}, {33, 17}, {16, 16}}) {
    const Image image = render_still(some_still(), width, height, 2);
    ASSERT_EQ(image.width, width);
    ASSERT_EQ(image.height, height);
    for (int row = 0; row < height; ++row)
      for (int column = 0; column < width; ++column)
        for (int k = 0; k < 3; ++k)
          ASSERT_EQ(image.pixel(row, column)[k], image.pixel(height - 1 - row, width - 1 - column)[k]);
  }
}

TEST(RenderStill, ConjugateIsTheMirrorImage) {
  Still still = some_still();
  still.phi = 0.0f;
  const Image image = render_still(still, 40, 31, 1);
  still.c = std::conj(still.c);
  const Image mirrored = render_still(still, 40, 31, 1);
  for (int row = 0; row < 31; ++row)
    for (int k = 0; k < 3 * 40; ++k) ASSERT_EQ(image.pixel(row, 0)[k], mirrored.pixel(30 - row, 0)[k]);
}

// The basilica (c = -1) is longer along the real axis.
TEST(RenderStill, RealAxisPointsRight) {
  const Image image = render_still(
      {.c = {-1.0f, 0.0f}, .log_zoom = 0.0f, .hue = 0.5f, .saturation = 0.5f, .brightness = 0.5f}, 64, 64, 1);
  const auto light = [&](int row, int column) {
    const std::uint8_t* p = image.pixel(row, column);
    return p[0] + p[1] + p[2];
  };
  // z = 1.5 is inside the basilica, z = 1.5i is far outside.
  EXPECT_GT(light(31, 56), 2 * light(7, 31));
}

TEST(RenderStill, DoesNotDependOnTheNumberOfThreads) {
  EXPECT_EQ(render_still(some_still(), 50, 37, 1).rgb, render_still(some_still(), 50, 37, 5).rgb);
}

TEST(RenderStill, ColoursDoNotJumpWhereTheSetFallsApart) {
  // c = 1/4 is the cusp: below it the Julia set is connected, above it is dust.
  Still still = some_still();
  still.c = {0.25f - 1e-6f, 0.0f};
  const Image connected = render_still(still, 64, 64, 2);
  still.c = {0.25f + 1e-6f, 0.0f};
  const Image dust = render_still(still, 64, 64, 2);
  double change = 0.0;
  for (std::size_t i = 0; i < dust.rgb.size(); ++i) change += std::abs(connected.rgb[i] - dust.rgb[i]);
  // While an orbit stays where |2z| <= 1, |dz_n/dc| <= n: the trap moves by at most 120 * 2e-6, and a channel, whose
  // slope in the trap is below 4, by less than a quarter of a level. Colouring by escaped or not would move it by
  // dozens.
  EXPECT_LT(change / static_cast<double>(dust.rgb.size()), 0.25);
}

TEST(RenderStill, RefusesWhatCannotBeDrawn) {
  EXPECT_THROW(render_still(some_still(), 0, 10, 1), Error);
  EXPECT_THROW(render_still(some_still(), 10, -1, 1), Error);
  Still still = some_still();
  still.c = {std::numeric_limits<float>::quiet_NaN(), 0.0f};
  EXPECT_THROW(render_still(still, 10, 10, 1), Error);
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
  const Image image = render_still(some_still(), 31, 18, 1);
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
  const std::string whole = png_bytes(render_still(some_still(), 31, 18, 1));
  write_file_atomically(folder / "c.png", whole.substr(0, whole.size() / 2));
  EXPECT_THROW(read_png(folder / "c.png"), Error);
}

}  // namespace
}  // namespace fractalsync
