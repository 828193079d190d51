// Stages that are not written yet: whoever writes one takes its line away; the file goes with the last.
#include "cuda/cuda_backend.h"

namespace fractalsync::cuda {

#define PENDING(signature) \
  void CudaBackend::signature { throw CheckFailure("not written yet: " #signature); }

PENDING(features(const FeatureSpec&, const PcmBlock&, const FeatureRows&))
PENDING(visual_forward(const VisualSpec&, int, Matrix<const float>, View<const float>, Matrix<float>, Matrix<float>))
PENDING(visual_backward(const VisualSpec&, int, Matrix<const float>, Matrix<const float>, Matrix<const float>,
                        Matrix<float>))
PENDING(loss(const LossSpec&, const LossInputs&, const LossOutputs&))
// cudamlp:
PENDING(mlp_forward(const MlpLayout&, MlpMode, const WindowBatch&, View<const float>, View<float>, const StepKey&,
                    View<float>, Matrix<float>))
PENDING(mlp_backward(const MlpLayout&, const WindowBatch&, View<const float>, const StepKey&, View<const float>,
                     Matrix<const float>, View<float>, Matrix<float>))
PENDING(adamw(const AdamWSpec&, View<const StepState>, const AdamWState&, View<float>))

}  // namespace fractalsync::cuda
