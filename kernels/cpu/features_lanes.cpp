#include "cpu/features_lanes.h"

#include "cpu/lanes.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {

const FeatureKernels feature_kernels = {};

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
