// Metric values in double, for those who want them without compiling the templates (julia_double.h) themselves.
#pragma once

#include <vector>

#include "stages/julia.h"
#include "stages/metrics.h"

namespace fractalsync::test {

/// Values [frames, kMetrics] of `drawn` ([frames, 4]), frame t following frame t - 1.
std::vector<double> julia_values(const JuliaSpec& spec, const MetricsSpec& metrics, const std::vector<double>& drawn);

}  // namespace fractalsync::test
