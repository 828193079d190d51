// What GPUs there are, and why one cannot be used.
#include "cuda/cuda_backend.h"
#include "cuda/make_cuda_backend.h"

namespace fractalsync {
namespace {

/// Nothing but code that a device must be able to load: if it can load this, it can load the other kernels.
__global__ void probe_kernel() {}

std::string said(cudaError_t error) {
  cudaGetLastError();
  return std::string(cudaGetErrorString(error)) + " (" + cudaGetErrorName(error) + ")";
}

CudaDevice describe(int index) {
  CudaDevice device;
  device.index = index;
  cudaDeviceProp properties{};
  cudaError_t error = cudaGetDeviceProperties(&properties, index);
  if (error == cudaSuccess) {
    device.name = properties.name;
    device.major = properties.major;
    device.minor = properties.minor;
    device.memory_bytes = static_cast<std::int64_t>(properties.totalGlobalMem);
    error = cudaSetDevice(index);
  }
  cudaFuncAttributes attributes{};
  if (error == cudaSuccess) error = cudaFuncGetAttributes(&attributes, reinterpret_cast<const void*>(&probe_kernel));
  if (error == cudaErrorNoKernelImageForDevice)
    device.why_not = "this program holds no code for compute capability " + std::to_string(device.major) + "." +
                     std::to_string(device.minor) + " (build it with -DCMAKE_CUDA_ARCHITECTURES=" +
                     std::to_string(device.major) + std::to_string(device.minor) + ")";
  if (error != cudaSuccess && device.why_not.empty()) device.why_not = "the driver says: " + said(error);
  cudaGetLastError();
  return device;
}

}  // namespace

CudaDevices list_cuda_devices() {
  CudaDevices found;
  cudaDriverGetVersion(&found.driver);
  cudaRuntimeGetVersion(&found.runtime);
  int count = 0;
  const cudaError_t error = cudaGetDeviceCount(&count);
  if (error != cudaSuccess)
    found.why_none = "no GPU was found: " + said(error);
  else if (count == 0)
    found.why_none = "no GPU was found";
  else
    for (int index = 0; index < count; ++index) found.devices.push_back(describe(index));
  return found;
}

std::unique_ptr<Backend> make_cuda_backend(int device, const CudaOptions& options) {
  const CudaDevices found = list_cuda_devices();
  if (!found.why_none.empty()) throw Error(found.why_none);
  if (device < 0 || device >= static_cast<int>(found.devices.size()))
    throw Error("there is no GPU number " + std::to_string(device) + ": there are " +
                std::to_string(found.devices.size()) + ", counted from 0");
  const CudaDevice& chosen = found.devices[static_cast<std::size_t>(device)];
  if (!chosen.why_not.empty()) throw Error(chosen.name + " cannot be used: " + chosen.why_not);
  if (options.products == CudaOptions::Products::tensor_cores && chosen.major < cuda::kTensorCoresMajor)
    throw Error(chosen.name + " has no tensor cores for single precision: that takes compute capability " +
                std::to_string(cuda::kTensorCoresMajor) + ".0");
  return std::make_unique<cuda::CudaBackend>(device, options);
}

}  // namespace fractalsync
