// The picture for people on the CPU: against its formula in plain numbers, between instruction sets and thread counts,
// for sizes that fill no tile.
#include "math/display.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/check.h"
#include "math/palette.h"
#include "support/random.h"
#include "support/test_backends.h"

namespace fractalsync {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes draw(Backend& backend, const DisplaySpec& spec, const DisplayFrame& frame) {
  Bytes picture(static_cast<std::size_t>(display_bytes(spec)));
  backend.display(spec, frame, picture);
  return picture;
}

/// Pixel by pixel and in plain floats; the lower half has the grain of the upper one. Without looking for the trap:
/// every orbit goes all its way.
Bytes draw_plainly(const DisplaySpec& spec, const DisplayFrame& frame) {
  const math::DisplayView view = math::display_view(spec, frame);
  const math::Colors<float> look{frame.hue, frame.saturation, frame.brightness};
  Bytes picture;
  for (int row = 0; row < spec.height; ++row)
    for (int column = 0; column < spec.width; ++column) {
      const float curtain = math::display_curtain(view, static_cast<float>(row), static_cast<float>(column));
      math::Rgb<float> sum{0, 0, 0};
      for (int j = 0; j < spec.samples; ++j)
        for (int i = 0; i < spec.samples; ++i) {
          const auto at = math::display_place(view, static_cast<float>(row), static_cast<float>(column), j, i);
          const auto orbit = math::display_orbit(math::DisplayTrap{0, 0, 0, 0}, at.x, at.y, view.c_re, view.c_im);
          sum = sum + math::display_color(look, math::display_point(orbit), view.rim, curtain);
        }
      const bool upper = 2 * row < spec.height;
      const float grain = math::grain_at(static_cast<std::uint32_t>(upper ? column : spec.width - 1 - column),
                                         static_cast<std::uint32_t>(upper ? row : spec.height - 1 - row));
      const float share = 1.0f / static_cast<float>(spec.samples * spec.samples);
      const math::Rgb<float> levels = math::display_levels(share * sum, grain);
      for (const float v : {levels.r, levels.g, levels.b}) picture.push_back(static_cast<std::uint8_t>(v));
    }
  return picture;
}

/// Around the main cardioid, on both sides of its boundary, where trained networks draw; every fourth anywhere.
std::vector<DisplayFrame> frames(std::uint64_t seed, int count) {
  const auto u = test::random_floats(seed, 7 * count, 0, 1);
  std::vector<DisplayFrame> all;
  for (int k = 0; k < count; ++k) {
    const float* v = &u[7 * static_cast<std::size_t>(k)];
    const float rho = 0.7f + 0.4f * v[0], psi = 6.2831853f * v[1];
    const float re = rho * std::cos(psi), im = rho * std::sin(psi);
    const bool anywhere = k % 4 == 3;
    all.push_back({anywhere ? 3 * v[0] - 2 : re / 2 - (re * re - im * im) / 4,
                   anywhere ? 2 * v[1] - 1 : im / 2 - re * im / 2, 0.6f * v[2], 6.28f * v[3], v[4], v[5], v[6]});
  }
  return all;
}

class Display : public testing::TestWithParam<test::TestBackend> {
 protected:
  std::unique_ptr<Backend> backend = GetParam().make();
};

// The orbits are the same operations; a colour is some thirty, which differ by polynomials of 1e-7: a byte is another
// one only where 255 times the colour lies within 1e-2 of its next half. That settled samples are left alone must
// change nothing at all.
TEST_P(Display, IsItsFormulaWithinOneLevel) {
  constexpr std::uint64_t kSeed = 62;
  SCOPED_TRACE(kSeed);
  const DisplaySpec sizes[] = {{1, 1, 1}, {2, 3, 2}, {33, 17, 2}, {64, 48, 1}, {29, 40, 3}};
  std::int64_t bytes = 0, others = 0;
  for (const DisplayFrame& frame : frames(kSeed, 12))
    for (const DisplaySpec& spec : sizes) {
      const Bytes ours = draw(*backend, spec, frame), plain = draw_plainly(spec, frame);
      ASSERT_EQ(ours.size(), plain.size());
      for (std::size_t i = 0; i < ours.size(); ++i) {
        ASSERT_LE(std::abs(ours[i] - plain[i]), 1) << spec.width << " x " << spec.height << " byte " << i;
        others += ours[i] != plain[i];
        ++bytes;
      }
    }
  EXPECT_LE(static_cast<double>(others), 1e-2 * static_cast<double>(bytes));
}

TEST_P(Display, ThreadsAndOtherFusedInstructionSetsAgreeToTheByte) {
  constexpr std::uint64_t kSeed = 63;
  SCOPED_TRACE(kSeed);
  const auto one = make_cpu_backend(1, GetParam().name), three = make_cpu_backend(3, GetParam().name),
             widest = make_cpu_backend(2);
  for (const DisplayFrame& frame : frames(kSeed, 4)) {
    const DisplaySpec spec{50, 37, 2};
    const Bytes picture = draw(*backend, spec, frame);
    EXPECT_EQ(picture, draw(*one, spec, frame));
    EXPECT_EQ(picture, draw(*three, spec, frame));
    if (GetParam().name != "baseline") {
      EXPECT_EQ(picture, draw(*widest, spec, frame));
    }
  }
}

// The looks' texts are compiled for lanes alone: what is asked of them is that the lanes' width and number, the threads
// and the size of the picture change nothing. (The browser's pictures are what they are compared with.)
TEST_P(Display, LooksDependNeitherOnThreadsNorOnFusedInstructionSets) {
  constexpr std::uint64_t kSeed = 64;
  SCOPED_TRACE(kSeed);
  const auto three = make_cpu_backend(3, GetParam().name), widest = make_cpu_backend(2);
  for (int look = 1; look <= static_cast<int>(Look::nacre); ++look)
    for (const DisplayFrame& frame : frames(kSeed, 4)) {
      SCOPED_TRACE(kLookNames[look]);
      const DisplaySpec spec{50, 37, 2, static_cast<Look>(look), 3};
      const Bytes picture = draw(*backend, spec, frame);
      EXPECT_EQ(picture, draw(*three, spec, frame));
      const Bytes other = draw(*widest, spec, frame);
      if (GetParam().name != "baseline") {
        EXPECT_EQ(picture, other);
      } else {
        // Colours of unfused polynomials, and now and then a pixel on the edge of a pane.
        std::size_t others = 0;
        for (std::size_t i = 0; i < other.size(); ++i) others += std::abs(other[i] - picture[i]) > 2;
        EXPECT_LE(others, other.size() / 100);
      }
    }
}

TEST_P(Display, LooksAreAllOthersAndNeitherBlackNorWhite) {
  std::vector<Bytes> pictures;
  for (int look = 0; look <= static_cast<int>(Look::nacre); ++look) {
    pictures.push_back(draw(*backend, {64, 36, 1, static_cast<Look>(look)}, {.c_re = -0.113f, .c_im = 0.742f}));
    double sum = 0;
    for (const std::uint8_t v : pictures.back()) sum += v;
    EXPECT_GT(sum, 4.0 * static_cast<double>(pictures.back().size())) << kLookNames[look];
    EXPECT_LT(sum, 251.0 * static_cast<double>(pictures.back().size())) << kLookNames[look];
    for (std::size_t k = 0; k + 1 < pictures.size(); ++k) EXPECT_NE(pictures[k], pictures.back());
  }
}

/// Far outside, where classic shows its curtains alone: the middle ninth, which holds the set, is left out.
Bytes far_outside(Backend& backend, DisplayFrame frame) {
  const DisplaySpec spec{160, 90, 1};
  frame.log_zoom -= 3;
  Bytes picture = draw(backend, spec, frame);
  for (int row = spec.height / 3; row < spec.height - spec.height / 3; ++row)
    std::fill_n(picture.begin() + 3 * (row * spec.width + spec.width / 3), 3 * (spec.width / 3), std::uint8_t{0});
  return picture;
}
int largest_difference(const Bytes& a, const Bytes& b) {
  int largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

// What a sixtieth of a second may change: the curtain by .0121 (its life passes at most 1.5 times as fast as time), and
// with it light by .3 and the hue by .18 2 pi .43 .35 of that, 2.2 levels; the zoom, c and the colours some tenths of a
// level, and one is rounding. In ten seconds the picture must have moved on.
TEST_P(Display, TheBackgroundNeitherJumpsNorStandsStill) {
  constexpr std::uint64_t kSeed = 65;
  SCOPED_TRACE(kSeed);
  for (const DisplayFrame& frame : frames(kSeed, 4)) {
    const Bytes now = far_outside(*backend, frame);
    for (float life = 0; life < 100; life += 7.3f) {
      DisplayFrame from = frame, to = frame;
      from.life = life;
      to.life = life + 1.5f / 60;
      to.c_re += 1e-3f;
      to.c_im -= 1e-3f;
      to.phi += 1e-2f;
      to.log_zoom += 1e-3f;
      to.hue += 1e-3f;
      EXPECT_LE(largest_difference(far_outside(*backend, from), far_outside(*backend, to)), 4) << life;
    }
    DisplayFrame later = frame;
    later.life = 10;
    EXPECT_GE(largest_difference(now, far_outside(*backend, later)), 10);
  }
}

TEST_P(Display, RefusesWrongShapes) {
  Bytes picture(27);
  EXPECT_THROW(backend->display({3, 4, 1}, {}, picture), CheckFailure);
  EXPECT_THROW(backend->display({3, 3, 0}, {}, picture), CheckFailure);
  EXPECT_THROW(backend->display({3, 3, 1}, {.phi = INFINITY}, picture), CheckFailure);
}

INSTANTIATE_TEST_SUITE_P(Isas, Display, testing::ValuesIn(test::test_backends()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace fractalsync
