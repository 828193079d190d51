// What a broken promise says: the place, the expression, both values.
#include "core/check.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace fractalsync {
namespace {

enum Colour : int { kRed = 3 };

TEST(Check, PartsAreJoinedAsTheyAreWritten) {
  EXPECT_EQ(detail::concat("a ", std::string("b "), std::string_view("c "), 'd', kRed), "a b c d3");
  EXPECT_EQ(detail::concat(std::numeric_limits<std::int64_t>::min(), ' ', std::numeric_limits<std::uint64_t>::max()),
            "-9223372036854775808 18446744073709551615");
  EXPECT_EQ(detail::concat(0.5f, ' ', -1234567.0, ' ', std::numeric_limits<double>::infinity()),
            "0.5 -1.23457e+06 inf");
  EXPECT_EQ(detail::concat(true, '\0', false), std::string("1\0000", 3));
}

TEST(Check, SaysPlaceExpressionAndValues) {
  const std::string place = std::string(__FILE__) + ":";
  try {
    FS_CHECK_EQ(1 + 1, std::int64_t{3});
    FAIL() << "2 == 3 passed";
  } catch (const CheckFailure& failure) {
    const std::string text = failure.what();
    EXPECT_EQ(text.find(place), 0u) << text;
    EXPECT_NE(text.find("check failed: 1 + 1 == std::int64_t{3} (2 against 3)"), std::string::npos) << text;
  }
  EXPECT_THROW(FS_CHECK(1 > 2), CheckFailure);
  EXPECT_NO_THROW(FS_CHECK_EQ(2, 2));
}

}  // namespace
}  // namespace fractalsync
