#include "support/compare.h"

#include <unistd.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace fractalsync::test {
namespace {

template <class A, class B>
testing::AssertionResult near(View<const A> actual, View<const B> expected, double tolerance) {
  if (actual.size() != expected.size())
    return testing::AssertionFailure() << actual.size() << " elements against " << expected.size();
  double worst = 0;
  std::int64_t place = -1;
  for (std::int64_t i = 0; i < actual.size(); ++i) {
    const double error = std::abs(static_cast<double>(actual[i]) - static_cast<double>(expected[i]));
    if (!(error <= tolerance) && !(error <= worst && place >= 0)) {
      worst = error;
      place = i;
      if (std::isnan(error)) break;
    }
  }
  if (place < 0) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "element " << place << " is " << actual[place] << ", expected "
                                     << expected[place] << ": off by " << worst << ", allowed " << tolerance;
}

template <class T>
double largest(View<const T> values) {
  double best = 0;
  for (const T v : values) best = std::max(best, std::abs(static_cast<double>(v)));
  return best;
}

}  // namespace

testing::AssertionResult all_near(View<const float> a, View<const float> e, double t) { return near(a, e, t); }
testing::AssertionResult all_near(View<const double> a, View<const double> e, double t) { return near(a, e, t); }
testing::AssertionResult all_near(View<const float> a, View<const double> e, double t) { return near(a, e, t); }

testing::AssertionResult all_equal_bytes(View<const float> actual, View<const float> expected) {
  if (actual.size() != expected.size())
    return testing::AssertionFailure() << actual.size() << " elements against " << expected.size();
  for (std::int64_t i = 0; i < actual.size(); ++i)
    if (std::bit_cast<std::uint32_t>(actual[i]) != std::bit_cast<std::uint32_t>(expected[i]))
      return testing::AssertionFailure() << "element " << i << " is " << actual[i] << ", expected " << expected[i];
  return testing::AssertionSuccess();
}

double largest_magnitude(View<const float> values) { return largest(values); }
double largest_magnitude(View<const double> values) { return largest(values); }

std::filesystem::path golden(const std::string& name) {
  const char* const moved = std::getenv("FRACTALSYNC_GOLDEN");
  return std::filesystem::path(moved != nullptr ? moved : FRACTALSYNC_GOLDEN_DIR) / name;
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "fractalsync-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace fractalsync::test
