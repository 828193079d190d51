// The device is a GPU. Without one every test is skipped, by name; unless there has to be one.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "device/device.h"

namespace fractalsync::test {

std::unique_ptr<Backend> make_device_backend(std::uint64_t, const CudaOptions& options) {
  return make_cuda_backend(0, options);
}

std::vector<std::uint64_t> device_seeds() { return {0}; }

std::int64_t live_device_arrays() { return -1; }

}  // namespace fractalsync::test

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (testing::GTEST_FLAG(list_tests)) return RUN_ALL_TESTS();
  const fractalsync::CudaDevices found = fractalsync::list_cuda_devices();
  const std::string why = found.why_none.empty() ? found.devices.front().why_not : found.why_none;
  if (why.empty()) return RUN_ALL_TESTS();
  const char* const value = std::getenv("FRACTALSYNC_REQUIRE_CUDA");
  const bool required = value != nullptr && std::string(value) == "1";
  std::printf("%s: %s\n", required ? "FRACTALSYNC_REQUIRE_CUDA is set, but" : "skipped", why.c_str());
  return required ? 1 : FRACTALSYNC_SKIPPED;
}
