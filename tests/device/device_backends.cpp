// The device that this program is built for, once per order of execution.
#include "device/device.h"
#include "support/test_backends.h"

namespace fractalsync::test {

std::vector<TestBackend> test_backends() {
  std::vector<TestBackend> backends;
  for (const std::uint64_t seed : device_seeds())
    backends.push_back({"seed" + std::to_string(seed), [seed] { return make_device_backend(seed); }});
  return backends;
}

}  // namespace fractalsync::test
