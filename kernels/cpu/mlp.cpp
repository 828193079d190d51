#include "cpu/cpu_backend.h"

namespace fractalsync::cpu {

void CpuBackend::mlp_forward(const MlpLayout&, MlpMode, const WindowBatch&, View<const float>, View<float>, const DropoutKey&, View<float>, Matrix<float>) { FS_CHECK(false); }
void CpuBackend::mlp_backward(const MlpLayout&, const WindowBatch&, View<const float>, const DropoutKey&, View<const float>, Matrix<const float>, View<float>, Matrix<float>) { FS_CHECK(false); }

}  // namespace fractalsync::cpu
