#include "cpu/cpu_backend.h"

namespace fractalsync::cpu {

void CpuBackend::julia_images(const JuliaSpec&, Matrix<const float>, Matrix<float>, Matrix<float>) { FS_CHECK(false); }
void CpuBackend::julia_metrics(const JuliaSpec&, const MetricsSpec&, int, Matrix<const float>, const FrameMetrics&) { FS_CHECK(false); }
void CpuBackend::connectedness(const ConnectednessSpec&, Matrix<const float>, View<float>, Matrix<float>) { FS_CHECK(false); }
void CpuBackend::escape_time_images(const EscapeTimeSpec&, Matrix<const double>, Matrix<std::uint8_t>) { FS_CHECK(false); }

}  // namespace fractalsync::cpu
