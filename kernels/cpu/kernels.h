// The entry points of one instruction set, one table per stage.
#pragma once

#include "cpu/display_lanes.h"
#include "cpu/features_lanes.h"
#include "cpu/julia_lanes.h"
#include "cpu/looks_lanes.h"
#include "cpu/mlp_lanes.h"
#include "cpu/optimizer_lanes.h"
#include "cpu/units_lanes.h"

namespace fractalsync::cpu {

struct CpuKernels {
  const char* isa;
  const FeatureKernels* features;
  const MlpKernels* mlp;
  const UnitKernels* units;
  const OptimizerKernels* optimizer;
  const JuliaKernels* julia;
  const DisplayKernels* display;
  const LookKernels* looks;
};

/// The kernels of the named instruction set, or of the widest one when the name is empty. Throws Error for a
/// name that this program or this processor does not have.
const CpuKernels& select_kernels(const std::string& isa);

}  // namespace fractalsync::cpu
