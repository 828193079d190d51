// Entry points of the features kernels of one instruction set.
#pragma once

#include "cpu/isa.h"

namespace fractalsync::cpu {

struct FeatureKernels {
};

FRACTALSYNC_DECLARE_KERNELS(FeatureKernels, feature_kernels);

}  // namespace fractalsync::cpu
