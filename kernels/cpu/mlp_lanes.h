// Entry points of the mlp kernels of one instruction set.
#pragma once

#include "cpu/isa.h"

namespace fractalsync::cpu {

struct MlpKernels {
};

FRACTALSYNC_DECLARE_KERNELS(MlpKernels, mlp_kernels);

}  // namespace fractalsync::cpu
