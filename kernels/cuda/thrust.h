// Thrust, as far as the backend uses it, for the one file that does: its headers take long to compile. Like gpu.h,
// under a C++ compiler it is the tests' stand-in.
#pragma once

#include "cuda/gpu.h"

#if defined(__CUDACC__)
#include <thrust/execution_policy.h>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/system/cuda/execution_policy.h>
#include <thrust/transform_reduce.h>
#else
#include "emulator/thrust.h"
#endif
