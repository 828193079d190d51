#include "cpu/cpu_backend.h"

namespace fractalsync::cpu {

void CpuBackend::draw_batch(const BatchKey&, const StartTable&, View<std::int64_t>, View<float>) { FS_CHECK(false); }
void CpuBackend::gather_targets(Matrix<const float>, View<const std::int64_t>, int, Matrix<float>) { FS_CHECK(false); }

}  // namespace fractalsync::cpu
