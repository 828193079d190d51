#include "cpu/cpu_backend.h"

namespace fractalsync::cpu {

void CpuBackend::adamw(const AdamWSpec&, std::int64_t, float, const AdamWState&, View<float>) { FS_CHECK(false); }

}  // namespace fractalsync::cpu
