// The vector layer: elementary functions against the C library, and the fixed sum tree.
#include "cpu/lanes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/rng.h"
#include "cpu/lanes_math.h"

namespace fractalsync::cpu::baseline {
namespace {

template <class Function, class Reference>
double worst_relative(Function function, Reference reference, double from, double to, bool logarithmic) {
  double worst = 0;
  for (int block = 0; block < 4096; ++block) {
    float x[kLanes], y[kLanes];
    for (int l = 0; l < kLanes; ++l) {
      const double u = (block * kLanes + l + 0.5) / (4096.0 * kLanes);
      x[l] = static_cast<float>(logarithmic ? from * std::pow(to / from, u) : from + (to - from) * u);
    }
    store(y, function(load(x)));
    for (int l = 0; l < kLanes; ++l) {
      const double exact = reference(static_cast<double>(x[l]));
      // Near a zero of the logarithm the absolute error counts.
      worst = std::max(worst, std::abs(y[l] - exact) / std::max(std::abs(exact), 1.0));
      if (std::isnan(y[l])) return INFINITY;
    }
  }
  return worst;
}

TEST(LanesMath, ElementaryFunctionsMatchTheCLibrary) {
  // Two units in the last place: the polynomial and the final rounding.
  const double tolerance = 2.5e-7;
  EXPECT_LE(worst_relative([](Lanes<float> x) { return log(x); }, [](double x) { return std::log(x); }, 1e-30, 1e30, true),
            tolerance);
  EXPECT_LE(worst_relative([](Lanes<float> x) { return log2(x); }, [](double x) { return std::log2(x); }, 1e-30, 1e30, true),
            tolerance);
  // The error of an angle, half an ulp of at most 16, and the tolerance.
  for (const double reach : {4.0, 16.0}) {
    EXPECT_LE(worst_relative([](Lanes<float> x) { return sin(x); }, [](double x) { return std::sin(x); }, -reach, reach,
                             false),
              tolerance);
    EXPECT_LE(worst_relative([](Lanes<float> x) { return cos(x); }, [](double x) { return std::cos(x); }, -reach, reach,
                             false),
              tolerance);
  }
  // e^x relative to itself: compare e^x e^-x with 1 through the logarithm's argument.
  double worst = 0;
  for (int i = -860; i <= 860; ++i) {
    float y[kLanes];
    const float x = static_cast<float>(i) * 0.1f;
    store(y, exp(fill(x)));
    worst = std::max(worst, std::abs(y[3] / std::exp(static_cast<double>(x)) - 1));
  }
  EXPECT_LE(worst, tolerance);
}

TEST(Lanes, SumsByHalves) {
  float lane[kLanes];
  for (int l = 0; l < kLanes; ++l) lane[l] = std::ldexp(1.0f + 0.37f * static_cast<float>(l), l % 5 * 7);
  float tree[kLanes];
  for (int l = 0; l < kLanes; ++l) tree[l] = lane[l];
  for (int half = 8; half > 0; half /= 2)
    for (int l = 0; l < half; ++l) tree[l] += tree[l + half];
  EXPECT_EQ(sum(load(lane)), tree[0]);
  EXPECT_EQ(largest(load(lane)), *std::max_element(lane, lane + kLanes));
  EXPECT_EQ(smallest(load(lane)), *std::min_element(lane, lane + kLanes));
}

TEST(Lanes, Reverses) {
  float out[kLanes];
  store(out, reverse(iota(0.0f)));
  for (int l = 0; l < kLanes; ++l) EXPECT_EQ(out[l], 15 - l);
}

TEST(Lanes, Interleaves) {
  float out[4 * kLanes];
  store_interleaved(out, iota(0.0f), iota(100.0f), iota(200.0f), iota(300.0f));
  for (int i = 0; i < 4 * kLanes; ++i) EXPECT_EQ(out[i], i % 4 * 100 + i / 4);
}

TEST(Rng, MatchesThePublishedVectors) {
  // Random123's known answers for philox4x32-10: counter and key all zeros, and all ones. The stream is the fourth
  // counter word.
  const RandomBlock zero = random_block(0, static_cast<RandomStream>(0), 0, 0);
  EXPECT_EQ(zero.word[0], 0x6627e8d5u);
  EXPECT_EQ(zero.word[1], 0xe169c58du);
  EXPECT_EQ(zero.word[2], 0xbc57ac4cu);
  EXPECT_EQ(zero.word[3], 0x9b00dbd8u);
  const RandomBlock ones = random_block(~0ull, static_cast<RandomStream>(~0u), ~0ull, ~0u);
  EXPECT_EQ(ones.word[0], 0x408f276du);
  EXPECT_EQ(ones.word[1], 0x41c83b0eu);
  EXPECT_EQ(ones.word[2], 0xa20bc7c6u);
  EXPECT_EQ(ones.word[3], 0x6d5451fdu);
}

}  // namespace
}  // namespace fractalsync::cpu::baseline
