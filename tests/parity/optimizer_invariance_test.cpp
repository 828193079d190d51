// What must not change AdamW's numbers by a bit: threads and instruction sets.
#include <gtest/gtest.h>

#include <string>

#include "support/adamw_run.h"
#include "support/compare.h"
#include "support/isas.h"

namespace fractalsync::test {
namespace {

TEST(AdamW, ThreadsAndInstructionSetsDoNotShow) {
  const std::int64_t size = 3 * 4096 + 48;
  AdamWRun expected(size);
  const auto reference = make_cpu_backend(1, cpu_isas().back());
  for (int t = 1; t <= 3; ++t) expected.step(*reference, {}, t, gradient_of_step(t, size));
  for (const std::string& isa : cpu_isas())
    for (const int threads : {1, 3}) {
      if (isa == "baseline") continue;  // rounds a b + c twice
      SCOPED_TRACE(isa + ", " + std::to_string(threads));
      const auto backend = make_cpu_backend(threads, isa);
      AdamWRun arrays(size);
      for (int t = 1; t <= 3; ++t) arrays.step(*backend, {}, t, gradient_of_step(t, size));
      EXPECT_TRUE(all_equal_bytes(arrays.parameters, expected.parameters));
      EXPECT_TRUE(all_equal_bytes(arrays.first, expected.first));
      EXPECT_TRUE(all_equal_bytes(arrays.second, expected.second));
      EXPECT_TRUE(all_equal_bytes(arrays.norm, expected.norm));
    }
}

}  // namespace
}  // namespace fractalsync::test
