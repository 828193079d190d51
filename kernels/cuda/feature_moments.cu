// What the statistics of model features are made of, by Thrust: one reduction over the frames for each six columns,
// from a frame's row to its moments in double (math/feature_statistics.h) to their sum.
//
// Thrust reduces in two kernels of CUB's DeviceReduce: blocks sum runs of frames that only their number and the GPU
// decide, then one block sums the blocks. So the order of sums is fixed, and the bytes are the same every time on one
// model of GPU (CUB calls that run-to-run determinism); on another the last bits of the double sums may differ, of
// which the float result keeps nothing but in rare ties.
//
// Six columns at a time, since each row is then read once: 24 bytes and 24 additions and multiplications a frame. A
// column at a time would read all of the memory six times over.
#include <algorithm>

#include "cuda/cuda_backend.h"
#include "cuda/thrust.h"
#include "math/feature_statistics.h"
#include "stages/window_checks.h"

namespace fractalsync::cuda {
namespace {

/// Frame -> moments of its six features.
struct MomentsOfFrame {
  Matrix<const float> six;
  float origin[kBaseFeatures];

  FS_HOST_DEVICE FeatureMoments operator()(std::int64_t frame) const {
    return math::moments_of(six.row(frame), origin);
  }
};

struct AddMoments {
  FS_HOST_DEVICE FeatureMoments operator()(const FeatureMoments& a, const FeatureMoments& b) const {
    return math::sum_of(a, b);
  }
};

/// Gives Thrust the backend's scratch for its partial sums: it asks for one array at a time.
class ScratchAllocator {
 public:
  using value_type = char;

  explicit ScratchAllocator(CudaBackend& backend) : backend_(backend) {}
  char* allocate(std::size_t bytes) { return static_cast<char*>(backend_.scratch(bytes)); }
  void deallocate(char*, std::size_t) {}

 private:
  CudaBackend& backend_;
};

}  // namespace

void CudaBackend::feature_moments(View<const float> origin, Matrix<const float> model, View<FeatureMoments> moments) {
  check_feature_moments(origin, model, moments);
  FS_CHECK(!recording_);
  const nvtx3::scoped_range range("feature_moments");
  ScratchAllocator scratch(*this);
  for (std::int64_t six = 0; six < moments.size(); ++six) {
    MomentsOfFrame moments_of{model.middle_cols(six * kBaseFeatures, kBaseFeatures), {}};
    std::copy_n(&origin[six * kBaseFeatures], kBaseFeatures, moments_of.origin);
    ++synchronizations_;  // the result is the host's
    const FeatureMoments more = thrust::transform_reduce(
        thrust::cuda::par(scratch).on(stream_), thrust::counting_iterator<std::int64_t>(0),
        thrust::counting_iterator<std::int64_t>(model.rows()), moments_of, FeatureMoments{}, AddMoments{});
    moments[six] = math::sum_of(moments[six], more);
  }
}

}  // namespace fractalsync::cuda
