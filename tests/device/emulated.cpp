#include "device/device.h"
#include "emulator/checker.h"
#include "emulator/engine.h"
#include "emulator/memory.h"

namespace fractalsync::test {

std::unique_ptr<Backend> make_device_backend(std::uint64_t seed, const CudaOptions& options) {
  emulator::set_seed(seed);
  return make_cuda_backend(0, options);
}

// The checker finds a race in whatever order the threads run.
std::vector<std::uint64_t> device_seeds() {
  return emulator::checker::present() ? std::vector<std::uint64_t>{0} : std::vector<std::uint64_t>{0, 1, 2};
}

std::int64_t live_device_arrays() { return static_cast<std::int64_t>(emulator::live_device_blocks()); }

}  // namespace fractalsync::test
