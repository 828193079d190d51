#include "make_backend.h"

#include <charconv>
#include <optional>

#include "core/check.h"
#include "cuda/make_cuda_backend.h"

namespace fractalsync {
namespace {

/// N of "cuda:N", 0 of "cuda"; nothing for any other text.
std::optional<int> gpu_number(const std::string& device) {
  constexpr std::string_view kPrefix = "cuda";
  if (!device.starts_with(kPrefix)) return std::nullopt;
  if (device.size() == kPrefix.size()) return 0;
  if (device[kPrefix.size()] != ':') return std::nullopt;
  int number = -1;
  const char* const end = device.data() + device.size();
  const auto [stop, error] = std::from_chars(device.data() + kPrefix.size() + 1, end, number);
  return error == std::errc() && stop == end && number >= 0 ? std::optional(number) : std::nullopt;
}

std::string cuda_version(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

std::string gibibytes(std::int64_t bytes) {
  const std::int64_t tenths = bytes * 10 >> 30;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " GiB";
}

std::string describe(const CudaDevice& device) {
  return "cuda:" + std::to_string(device.index) + ": " +
         (device.why_not.empty() ? "usable" : "not usable: " + device.why_not) + "; " + device.name + ", " +
         gibibytes(device.memory_bytes) + ", compute capability " + std::to_string(device.major) + "." +
         std::to_string(device.minor) + "\n";
}

}  // namespace

std::string check_device_name(const std::string& device) {
  if (device == "auto" || device == "cpu" || gpu_number(device)) return "";
  return "unknown device '" + device + "': there are auto, cpu, cuda and cuda:N";
}

std::unique_ptr<Backend> make_backend(const std::string& device, int threads) {
  if (const std::string wrong = check_device_name(device); !wrong.empty()) throw Error(wrong);
  if (device == "cpu") return make_cpu_backend(threads);
  if (device == "auto") {
    for (const CudaDevice& gpu : list_cuda_devices().devices)
      if (gpu.why_not.empty()) return make_cuda_backend(gpu.index);
    return make_cpu_backend(threads);
  }
  try {
    return make_cuda_backend(*gpu_number(device));
  } catch (const Error& error) {
    throw Error("cannot use --device " + device + ": " + error.what());
  }
}

std::string describe_devices() {
  std::string text =
      make_cpu_backend(0)->description() + ": usable; instruction sets: " + list_cpu_isas() + "\n";
  const CudaDevices found = list_cuda_devices();
  if (!found.why_none.empty()) return text + "cuda: not usable: " + found.why_none + "\n";
  for (const CudaDevice& device : found.devices) text += describe(device);
  return text + "CUDA " + cuda_version(found.runtime) + ", driver for CUDA " + cuda_version(found.driver) + "\n";
}

}  // namespace fractalsync
