// GPUs as the rest of the program sees them; needs no CUDA header.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "backend.h"

namespace fractalsync {

/// One GPU of this machine.
struct CudaDevice {
  int index = 0;
  std::string name;
  int major = 0, minor = 0;       ///< compute capability
  std::int64_t memory_bytes = 0;
  std::string why_not;  ///< empty: usable; otherwise one sentence
};

struct CudaDevices {
  std::vector<CudaDevice> devices;
  std::string why_none;         ///< one sentence when there is none at all
  int driver = 0, runtime = 0;  ///< versions of CUDA, 1000 major + 10 minor; driver 0: there is none
};

/// Asks the driver. Never throws: whatever it answers other than a number of devices means that there is no GPU.
CudaDevices list_cuda_devices();

/// The backend on GPU number `device`. Throws Error, with the reason, when it cannot be used.
std::unique_ptr<Backend> make_cuda_backend(int device);

}  // namespace fractalsync
