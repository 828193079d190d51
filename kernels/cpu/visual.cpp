#include "cpu/cpu_backend.h"

namespace fractalsync::cpu {

void CpuBackend::visual_forward(const VisualSpec&, int, Matrix<const float>, View<const float>, Matrix<float>, Matrix<float>) { FS_CHECK(false); }
void CpuBackend::visual_backward(const VisualSpec&, int, Matrix<const float>, Matrix<const float>, Matrix<const float>, Matrix<float>) { FS_CHECK(false); }

}  // namespace fractalsync::cpu
