// The device that the tests of this folder run on. Every test program is built twice or three times from the same
// sources: for the emulator, for the emulator with the checker that follows every access, and, where there is nvcc, for
// a GPU. Each compares the CUDA backend with the CPU's.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <type_traits>
#include <vector>

#include "backend.h"

namespace fractalsync::test {

/// The CUDA backend, or nothing where there is no GPU (then the test is skipped by name, or fails when
/// FRACTALSYNC_REQUIRE_CUDA is set). Emulated threads run in an order of `seed`.
std::unique_ptr<Backend> make_device_backend(std::uint64_t seed);

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

/// An array on a backend, filled from the host or with NaN bytes.
template <class T>
class Array {
 public:
  Array(Backend& backend, const std::vector<T>& host)
      : backend_(backend), buffer_(backend.memory(), static_cast<std::int64_t>(host.size())) {
    upload<T>(backend, host, buffer_.view());
  }
  Array(Backend& backend, std::int64_t size)
      : Array(backend, std::vector<T>(static_cast<std::size_t>(size), garbage())) {}

  View<T> view() { return buffer_.view(); }
  Matrix<T> matrix(std::int64_t cols) { return buffer_.matrix(buffer_.size() / cols, cols); }
  std::vector<T> host() const { return to_host(backend_, buffer_.view()); }

 private:
  static T garbage() {
    if constexpr (std::is_floating_point_v<T>) return std::numeric_limits<T>::quiet_NaN();
    return T{};
  }

  Backend& backend_;
  Buffer<T> buffer_;
};

}  // namespace fractalsync::test
