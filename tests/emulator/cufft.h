// The part of cuFFT that the backend calls, as a plain discrete Fourier transform.
#pragma once

#include "emulator/runtime.h"

using cufftReal = float;
using cufftComplex = float2;
using cufftHandle = int;
enum cufftResult { CUFFT_SUCCESS = 0, CUFFT_INVALID_PLAN = 1, CUFFT_INVALID_VALUE = 4 };
enum cufftType { CUFFT_R2C = 0x2a };

cufftResult cufftPlanMany(cufftHandle* plan, int rank, int* n, int* inembed, int istride, int idist, int* onembed,
                          int ostride, int odist, cufftType type, int batch);
cufftResult cufftSetStream(cufftHandle plan, cudaStream_t stream);
cufftResult cufftExecR2C(cufftHandle plan, cufftReal* input, cufftComplex* output);
cufftResult cufftDestroy(cufftHandle plan);
