// What kernels/cuda/gpu.h includes where there is no nvcc: CUDA's names, as far as the project uses them, for the
// emulator. It covers what sm_80 kernels of ours need and no more: barriers, shuffles, votes, atomics, cooperative
// launches, TF32 tensor cores, one-dimensional cuFFT, plain cuBLASLt. Memory is sequentially consistent: a missing
// __threadfence is not seen.
#pragma once

#include "emulator/cublas_lt.h"
#include "emulator/cufft.h"
#include "emulator/device.h"
#include "emulator/runtime.h"
#include "emulator/tensor.h"
