#include "make_backend.h"

#include "core/check.h"

namespace fractalsync {
namespace {

constexpr const char* kNoCuda = "this version of FractalSync has no CUDA backend";

}  // namespace

std::unique_ptr<Backend> make_backend(const std::string& device, int threads) {
  if (device == "cpu" || device == "auto") return make_cpu_backend(threads);
  if (device == "cuda") throw Error(std::string("cannot use --device cuda: ") + kNoCuda);
  throw Error("unknown device '" + device + "': there are auto, cpu and cuda");
}

std::string describe_devices() {
  return make_cpu_backend(0)->description() + ": usable; instruction sets: " + list_cpu_isas() +
         "\ncuda: not usable: " + kNoCuda + "\n";
}

}  // namespace fractalsync
