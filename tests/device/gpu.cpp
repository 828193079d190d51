#include <cstdlib>
#include <string>

#include "cuda/make_cuda_backend.h"
#include "device/device.h"

namespace fractalsync::test {

std::unique_ptr<Backend> make_device_backend(std::uint64_t) { return make_cuda_backend(0); }

std::vector<std::uint64_t> device_seeds() { return {0}; }

std::int64_t live_device_arrays() { return -1; }

namespace {

/// Skips every test, by name, where no GPU can be used; unless there has to be one.
class NeedsGpu : public testing::Environment {
 public:
  void SetUp() override {
    const CudaDevices found = list_cuda_devices();
    const std::string why = !found.why_none.empty() ? found.why_none : found.devices.front().why_not;
    if (why.empty()) return;
    const char* const required = std::getenv("FRACTALSYNC_REQUIRE_CUDA");
    if (required != nullptr && std::string(required) == "1") FAIL() << why;
    GTEST_SKIP() << why;
  }
};
const testing::Environment* const needs_gpu = testing::AddGlobalTestEnvironment(new NeedsGpu);

}  // namespace
}  // namespace fractalsync::test
