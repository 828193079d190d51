#include "cpu/julia_lanes.h"

#include "cpu/change_sweep.h"
#include "cpu/connectedness_sweep.h"
#include "cpu/escape_time_sweep.h"
#include "cpu/julia_sweep.h"
#include "cpu/metric_sweeps.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {

const JuliaKernels julia_kernels = {render_image<float>, frame_metrics<float>, frame_change<float>,
                                    connect_frames<float>, escape_time_image};

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
