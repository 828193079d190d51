#include "cpu/cpu_backend.h"

namespace fractalsync::cpu {

void CpuBackend::loss(const LossSpec&, const LossInputs&, const LossOutputs&) { FS_CHECK(false); }

}  // namespace fractalsync::cpu
