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

/// Ways of computing the same that are there to be measured against each other; the program takes the first of each.
struct CudaOptions {
  /// The spectra of frames: by the feature kernel itself, or by cuFFT before it.
  enum class Transform { own, cufft } transform = Transform::own;
  /// The products of networks that fit on chip: by float32 multiply-adds, equal to the CPU's to the bit, or by tensor
  /// cores (mlp_tensor.cu), as accurate but rounded otherwise.
  enum class Products { float32, tensor_cores } products = Products::float32;
  /// A layer that is at least so wide at its input and its output goes through cuBLASLt; narrower ones, windows and
  /// logits through the project's own kernels. On paper, not measured: those reach half to two thirds of a device's
  /// multiply-adds where cuBLASLt reaches nine tenths, but in products that fill it; 512 x 512 with 256 rows are 32
  /// tiles of 64 x 64 and 33 M multiply-adds, some 10 us on a quarter of an H100, with two launches more for what its
  /// epilogues do not do on the way back.
  int wide_layer = 512;
};

/// The backend on GPU number `device`. Throws Error, with the reason, when it cannot be used.
std::unique_ptr<Backend> make_cuda_backend(int device, const CudaOptions& options = {});

}  // namespace fractalsync
