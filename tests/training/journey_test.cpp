// Where a song's journey begins.
#include "host/evaluate/journey.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <numbers>

#include "support/compare.h"

namespace fractalsync {
namespace {

TEST(Journey, BeginsWhereItDoesInThePage) {
  const auto angles = nlohmann::json::parse(std::ifstream(test::golden("journey/angles.json")));
  ASSERT_GE(angles.size(), 10u);
  for (const auto& [name, angle] : angles.items()) {
    EXPECT_EQ(journey_of(name), angle.get<float>()) << name;
    EXPECT_EQ(journey_of("some/folder.d/" + name), angle.get<float>()) << "a folder does not matter: " << name;
    EXPECT_TRUE(angle.get<float>() >= 0 && angle.get<float>() < 2 * std::numbers::pi) << name;
  }
}

// Numbered songs would, by FNV-1a alone, be a hundredth of a turn apart.
TEST(Journey, BeginsAllAroundTheBoundary) {
  int begin_in[4] = {};
  for (int number = 0; number < 100; ++number)
    ++begin_in[static_cast<int>(journey_of("Track " + std::to_string(number) + ".mp3") / (std::numbers::pi / 2))];
  // Of a hundred songs at random 25 do, with a deviation of 4.3.
  for (const int songs : begin_in) EXPECT_GE(songs, 8);
}

}  // namespace
}  // namespace fractalsync
