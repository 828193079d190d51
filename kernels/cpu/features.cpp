#include "cpu/cpu_backend.h"

namespace fractalsync::cpu {

void CpuBackend::features(const FeatureSpec&, const PcmBlock&, const FeatureRows&) { FS_CHECK(false); }

}  // namespace fractalsync::cpu
