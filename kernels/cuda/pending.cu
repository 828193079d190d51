// Stages that are not written yet: whoever writes one takes its line away; the file goes with the last.
#include "cuda/cuda_backend.h"

namespace fractalsync::cuda {

#define PENDING(signature) \
  void CudaBackend::signature { throw CheckFailure("not written yet: " #signature); }

// cudajulia:
PENDING(julia_images(const JuliaSpec&, Matrix<const float>, Matrix<float>, Matrix<float>))
PENDING(julia_metrics(const JuliaSpec&, const MetricsSpec&, int, Matrix<const float>, const FrameMetrics&))
PENDING(connectedness(const ConnectednessSpec&, Matrix<const float>, View<float>, Matrix<float>))
PENDING(escape_time_images(const EscapeTimeSpec&, Matrix<const double>, Matrix<std::uint8_t>))

}  // namespace fractalsync::cuda
