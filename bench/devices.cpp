// Which devices there are to measure.
#include "bench/device.h"
#include "cuda/make_cuda_backend.h"
#include "make_backend.h"

namespace fractalsync::bench {
namespace {

/// The name of the first GPU that can be used; empty, and why, when there is none.
std::string first_gpu(std::string& why) {
  const CudaDevices found = list_cuda_devices();
  why = found.why_none;
  for (const CudaDevice& gpu : found.devices) {
    if (gpu.why_not.empty()) return "cuda:" + std::to_string(gpu.index);
    why += (why.empty() ? "" : "; ") + gpu.name + " cannot be used: " + gpu.why_not;
  }
  return "";
}

}  // namespace

Devices make_devices(const std::string& name, int threads, const std::string& isa) {
  Devices all;
  std::string gpu = name;
  if (name == "cpu" || name == "auto") {
    all.devices.push_back(make_cpu_device(threads, isa));
    gpu = name == "auto" ? first_gpu(all.why_no_gpu) : "";
  }
  if (!gpu.empty()) all.devices.push_back(make_cuda_device(make_backend(gpu, threads)));
  return all;
}

}  // namespace fractalsync::bench
