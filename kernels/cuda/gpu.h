// The one header through which a kernel file sees CUDA. Under nvcc it is CUDA; under a C++ compiler it is the project's
// emulator of the CUDA execution model (tests/emulator), in which the tests run the same files without a GPU.
//
// Shared memory is declared by macro, since the emulator has to hand each block its own:
//   GPU_SHARED(float, tile, [16][17]);     a static array
//   GPU_DYNAMIC_SHARED(float, scratch);    a pointer to the launch's dynamic shared memory
#pragma once

#if defined(__CUDACC__)
#include <cooperative_groups.h>
#include <cublasLt.h>
#include <cuda_runtime.h>
#include <cufft.h>

#include <nvtx3/nvtx3.hpp>

#define GPU_SHARED(T, name, ...) __shared__ T name __VA_ARGS__
#define GPU_DYNAMIC_SHARED(T, name)                                     \
  extern __shared__ __align__(16) unsigned char gpu_dynamic_shared[];   \
  T* const name = reinterpret_cast<T*>(gpu_dynamic_shared)
#else
#include "emulator/gpu.h"
#endif
