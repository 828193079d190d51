// The comparer that every other test leans on.
#include "support/compare.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace fractalsync::test {
namespace {

TEST(Compare, SeesEveryKindOfDifference) {
  const std::vector<float> a = {1, 2, 3};
  EXPECT_TRUE(all_near(a, a, 0));
  EXPECT_TRUE(all_near(a, std::vector<float>{1, 2, 3.5f}, 0.5));
  EXPECT_FALSE(all_near(a, std::vector<float>{1, 2, 3.5f}, 0.49));
  EXPECT_FALSE(all_near(a, std::vector<float>{1, 2}, 10));
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_FALSE(all_near(a, std::vector<float>{1, nan, 3}, 10));
  EXPECT_FALSE(all_near(std::vector<float>{nan, 2, 3}, a, 10));
  EXPECT_FALSE(all_near(a, a, std::numeric_limits<double>::quiet_NaN()));
  EXPECT_FALSE(all_equal_bytes(std::vector<float>{0.0f}, std::vector<float>{-0.0f}));
  EXPECT_TRUE(all_equal_bytes(a, a));
}

}  // namespace
}  // namespace fractalsync::test
