#include "cpu/mlp_lanes.h"

#include "cpu/lanes.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {

const MlpKernels mlp_kernels = {};

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
