// The device that the tests of this folder run on. Every test program is built twice or three times from the same
// sources: for the emulator, for the emulator with the checker that follows every access, and, where there is nvcc, for
// a GPU. Each compares the CUDA backend with the CPU's.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "cuda/make_cuda_backend.h"
#include "support/array.h"

namespace fractalsync::test {

/// The CUDA backend, or nothing where there is no GPU (then the test is skipped by name, or fails when
/// FRACTALSYNC_REQUIRE_CUDA is set). Emulated threads run in an order of `seed`.
std::unique_ptr<Backend> make_device_backend(std::uint64_t seed, const CudaOptions& options = {});

/// Orders of execution to try: several where they can be chosen.
std::vector<std::uint64_t> device_seeds();

/// Arrays in use on the device; -1 where that is not known.
std::int64_t live_device_arrays();

/// A test with both backends, for each seed. Also finds arrays that a test leaves behind.
class DeviceTest : public testing::TestWithParam<std::uint64_t> {
 protected:
  void SetUp() override {
    before_ = live_device_arrays();
    device = make_device_backend(GetParam());
  }
  void TearDown() override {
    device.reset();
    EXPECT_EQ(live_device_arrays(), before_);
  }

  std::unique_ptr<Backend> cpu = make_cpu_backend(1);
  std::unique_ptr<Backend> device;

 private:
  std::int64_t before_ = 0;
};

}  // namespace fractalsync::test
