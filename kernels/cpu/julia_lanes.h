// Entry points of the julia kernels of one instruction set.
#pragma once

#include "cpu/isa.h"

namespace fractalsync::cpu {

struct JuliaKernels {
};

FRACTALSYNC_DECLARE_KERNELS(JuliaKernels, julia_kernels);

}  // namespace fractalsync::cpu
