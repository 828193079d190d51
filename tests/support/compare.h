// Comparing arrays in tests. NaN never compares equal.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "core/view.h"
#include "host/io/npy.h"

namespace fractalsync::test {

/// Succeeds when the sizes agree and |actual - expected| <= tolerance everywhere (a NaN on either side fails). Says
/// where the worst element is.
testing::AssertionResult all_near(View<const float> actual, View<const float> expected, double tolerance);
testing::AssertionResult all_near(View<const double> actual, View<const double> expected, double tolerance);
testing::AssertionResult all_near(View<const float> actual, View<const double> expected, double tolerance);

/// Succeeds when both hold the same bytes.
testing::AssertionResult all_equal_bytes(View<const float> actual, View<const float> expected);

/// Largest absolute value, for tolerances that are relative to it.
double largest_magnitude(View<const float> values);
double largest_magnitude(View<const double> values);

/// tests/golden/<name>, of the sources that the tests were built from or of the folder that FRACTALSYNC_GOLDEN names.
std::filesystem::path golden(const std::string& name);

/// A folder of its own for one test, removed with its content at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace fractalsync::test
