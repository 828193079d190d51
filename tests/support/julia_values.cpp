#include "support/julia_values.h"

#include "support/julia_double.h"

namespace fractalsync::test {

std::vector<double> julia_values(const JuliaSpec& spec, const MetricsSpec& metrics, const std::vector<double>& drawn) {
  return JuliaDouble(spec, math::MetricConstants<double>(metrics), drawn).values;
}

}  // namespace fractalsync::test
