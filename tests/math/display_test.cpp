// The formulas of the picture for people against closed forms, and what they promise: range, and that settled samples
// would have changed nothing.
#include "math/display.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/rng.h"
#include "math/palette.h"
#include "support/random.h"

namespace fractalsync {
namespace {

constexpr math::DisplayTrap kNoTrap{0, 0, 0, 0};

// For c = 0 everything has a closed form: z_n = z^(2^n), so G = ln|z|, distance = |z| ln|z|, and with the normalisation
// of the palette count = log2(ln 1000 / ln|z|).
TEST(DisplayPoint, AgreesWithClosedFormForZeroC) {
  for (const double radius : {1.01, 1.2, 2.0, 7.0}) {
    SCOPED_TRACE(radius);
    const auto orbit = math::display_orbit(kNoTrap, radius * std::cos(0.7), radius * std::sin(0.7), 0.0, 0.0);
    const auto point = math::display_point(orbit);
    // Each of the at most 11 squarings doubles the relative error so far and adds four roundings: below
    // 4 * 2^12 * 2^-53 in the last z, hence far below 1e-11 in all three.
    EXPECT_NEAR(point.distance, radius * std::log(radius), 1e-11);
    EXPECT_NEAR(point.count, std::log2(std::log(1000.0) / std::log(radius)), 1e-11);
    EXPECT_NEAR(point.trap, radius * radius, 1e-11);
  }
}

TEST(DisplayPoint, BoundedOrbitHasFullCountAndNoDistance) {
  const auto point = math::display_point(math::display_orbit(kNoTrap, 0.3, 0.2, -0.1, 0.1));
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
    const math::Colors<float> look{draw(i, 0), draw(i, 1), draw(i, 2)};
    const float x = 8 * draw(i, 3) - 4, y = 8 * draw(i, 4) - 4, c_re = 4 * draw(i, 5) - 2, c_im = 4 * draw(i, 6) - 2;
    const auto point = math::display_point(math::display_orbit(kNoTrap, x, y, c_re, c_im));
    ASSERT_TRUE(point.distance >= 0 && point.distance <= 1e9f);
    ASSERT_TRUE(point.trap >= 0 && point.count <= math::kDisplayIterations);
    const auto color = math::display_color(look, point, 0.01f, 2 * draw(i, 7) - 1);
    for (const float v : {color.r, color.g, color.b}) ASSERT_TRUE(v >= 0 && v <= 1) << "z = " << x << ", " << y;
  }
}

// Without grain a channel between two levels would be up to half a level off. With grain of A = 1.53 levels,
// triangular, a byte's deviation is sqrt(A^2 / 6 + 1 / 12) = 0.69, that of the mean of 64 x 64 pixels 0.011, of which
// five are allowed, and what is left of the steps is their first wave, of the height sinc^2(A) / pi = 0.014.
TEST(DisplayGrain, KeepsWhatLiesBetweenTwoLevels) {
  for (float level = 20; level < 21; level += 0.05f) {
    const float channel = level / 255;
    double sum = 0;
    for (std::uint32_t y = 0; y < 64; ++y)
      for (std::uint32_t x = 0; x < 64; ++x)
        sum += static_cast<std::uint8_t>(math::display_levels(math::Rgb<float>{channel, 0, 0}, math::grain_at(x, y)).r);
    EXPECT_NEAR(sum / 4096, static_cast<double>(level), 0.07);
  }
}

TEST(DisplayGrain, StaysWithinABytesRange) {
  for (std::uint32_t i = 0; i < 10000; ++i) {
    const auto levels = math::display_levels(math::Rgb<float>{0, 0.5f, 1}, math::grain_at(i, 7 * i));
    ASSERT_TRUE(levels.r >= 0 && levels.b < 256) << i;
  }
}

/// Places on the screen, some of them beside the axes, where a seam along a ray would be.
std::vector<float> places(std::uint64_t seed, int count) {
  std::vector<float> xy = test::random_floats(seed, 2 * count, -3, 3);
  for (std::size_t i = 0; i < xy.size(); i += 8) xy[i + i / 8 % 2] *= 1e-5f;
  return xy;
}

TEST(Curtain, IsThatOfTheOppositePlaceAndWithinOne) {
  constexpr std::uint64_t kSeed = 22;
  SCOPED_TRACE(kSeed);
  const std::vector<float> xy = places(kSeed, 4000);
  for (std::size_t i = 0; i < xy.size(); i += 2) {
    const math::LifePhases life = math::life_phases({}, {.life = static_cast<float>(i)});
    const float here = math::curtain(life, xy[i], xy[i + 1]);
    ASSERT_EQ(here, math::curtain(life, -xy[i], -xy[i + 1]));
    ASSERT_LE(std::abs(here), 1.000001f);  // weights add up to 1
  }
}

// A step ds moves 1.5 w = 1.5 z^2 / sqrt(1 + |z|^2) by at most 3 ds (round the middle 2 |z| / sqrt(1 + |z|^2) < 2,
// outwards less than 1.1), hence p and q by at most 3 sqrt(1 + .715^2) ds, and the waves, whose weights times
// frequencies add up to .5 1.8 + .3 3.4 + .2 6 = 3.12, by at most 11.6 ds. A second of life turns phases by at most
// .178: p and q by .55 .178, and the waves by 3.12 of that and .178 of their own: .484. Beside it some thirty roundings
// of numbers below 40: 2e-5.
TEST(Curtain, IsContinuousInPlaceAndTime) {
  constexpr std::uint64_t kSeed = 23;
  constexpr float kStep = 1e-3f, kSecond = 1.0f / 60, kRounding = 2e-5f;
  SCOPED_TRACE(kSeed);
  const std::vector<float> xy = places(kSeed, 4000);
  for (std::size_t i = 0; i < xy.size(); i += 2) {
    const float x = xy[i], y = xy[i + 1], seconds = 0.1f * static_cast<float>(i);
    const math::LifePhases life = math::life_phases({}, {.life = seconds});
    const float here = math::curtain(life, x, y);
    ASSERT_LE(std::abs(math::curtain(life, x + kStep, y) - here), 11.6f * kStep + kRounding) << x << ", " << y;
    ASSERT_LE(std::abs(math::curtain(life, x, y + kStep) - here), 11.6f * kStep + kRounding) << x << ", " << y;
    const math::LifePhases later = math::life_phases({}, {.life = seconds + kSecond});
    ASSERT_LE(std::abs(math::curtain(later, x, y) - here), 0.484f * kSecond + kRounding) << seconds;
  }
}

// A sample that is left alone because it is settled ends like one that is not.
TEST(DisplaySettled, ChangesNothingThatIsDrawn) {
  constexpr std::uint64_t kSeed = 21;
  SCOPED_TRACE(kSeed);
  const auto u = test::random_floats(kSeed, 4 * 20000, 0, 1);
  int settled = 0;
  for (std::size_t i = 0; i < u.size(); i += 4) {
    const float rho = u[i], psi = 6.2831853f * u[i + 1], re = rho * std::cos(psi), im = rho * std::sin(psi);
    const float c_re = re / 2 - (re * re - im * im) / 4, c_im = im / 2 - re * im / 2;
    const math::DisplayTrap trap = math::display_trap(math::display_view({10, 10, 1}, {.c_re = c_re, .c_im = c_im}));
    const float x = 2 * u[i + 2] - 1, y = 2 * u[i + 3] - 1;
    const auto left = math::display_orbit(trap, x, y, c_re, c_im),
               whole = math::display_orbit(kNoTrap, x, y, c_re, c_im);
    ASSERT_EQ(left.nearest, whole.nearest) << i;
    const auto a = math::display_point(left), b = math::display_point(whole);
    ASSERT_EQ(a.count, b.count) << i;
    ASSERT_EQ(a.distance, b.distance) << i;
    settled += left.count < whole.count;
  }
  EXPECT_GT(settled, 5000);
}

}  // namespace
}  // namespace fractalsync
