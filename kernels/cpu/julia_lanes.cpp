#include "cpu/julia_lanes.h"

#include "cpu/lanes.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {

const JuliaKernels julia_kernels = {};

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
