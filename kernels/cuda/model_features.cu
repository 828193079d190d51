// From raw features to what the network sees: scales, deltas, targets and standardisation, each number by one thread
// and by the CPU's formula. But for log1p and expm1 of the flux all of it is exactly rounded arithmetic in one order,
// so the bytes are the CPU's.
//
// Memory decides: a minute of audio is 2584 frames and 62 KB a pass, an hour 3.7 MB, both over before a launch is; a
// hundred hours, 372 MB, take 0.2 ms a pass at 4.3 TB/s. A slope reads nine neighbours and a target ten, through L1.
#include <algorithm>

#include "cuda/cuda_backend.h"
#include "math/deltas.h"
#include "math/model_features.h"
#include "stages/window_checks.h"

namespace fractalsync::cuda {
namespace {

constexpr int kThreads = 256;

/// The number that this thread computes, of a matrix that the grid covers row by row.
struct Entry {
  std::int64_t row, col;
};
template <class T>
__device__ __forceinline__ bool find_entry(const Matrix<T>& matrix, Entry& entry) {
  const std::int64_t i = std::int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  entry = {i / matrix.cols(), i % matrix.cols()};
  return entry.row < matrix.rows();
}

__global__ void model_features_kernel(float gain, Matrix<const float> raw, Matrix<float> model) {
  Entry at;
  if (!find_entry(model, at)) return;
  const auto f = static_cast<int>(at.col);
  const float x = math::model_feature(f, raw(at.row, f));
  model(at.row, f) = gain == 1 ? x : math::louder(f, x, gain);
}

__global__ void deltas_kernel(Matrix<const float> features, Matrix<float> delta) {
  Entry at;
  if (!find_entry(delta, at)) return;
  const math::SlopeFrames under = math::slope_frames(at.row, features.rows());
  delta(at.row, at.col) =
      static_cast<float>(math::slope(&features(under.first, at.col), under.count, features.stride()));
}

/// Statistics as kernels take them, by value.
struct Standard {
  float mean[kMostFeatures], scale[kMostFeatures];

  explicit Standard(const FeatureStatistics& statistics) : mean{}, scale{} {
    for (std::size_t f = 0; f < statistics.mean.size(); ++f) {
      mean[f] = statistics.mean[f];
      scale[f] = math::standardizing_scale(statistics.std[f]);
    }
  }
};

__global__ void window_targets_kernel(Standard standard, int window, Matrix<const float> model, Matrix<float> targets) {
  Entry at;
  if (!find_entry(targets, at)) return;
  targets(at.row, at.col) = at.row + window > model.rows()
                                ? 0.0f
                                : math::window_target(&model(at.row, at.col), window, model.stride(),
                                                      standard.mean[at.col], standard.scale[at.col]);
}

constexpr int kColumnThreads = 288;  // a multiple of 6, 12 and 18

/// A thread stays in its column, and so reads mean and scale once: kColumnThreads / columns rows at a time.
__global__ void __launch_bounds__(kColumnThreads) standardize_kernel(Standard standard, Matrix<float> model) {
  const int columns = static_cast<int>(model.cols()), rows = kColumnThreads / columns;
  const int thread = static_cast<int>(threadIdx.x), f = thread % columns;
  const float mean = standard.mean[f], scale = standard.scale[f];
  const std::int64_t step = std::int64_t{gridDim.x} * rows;
  for (std::int64_t t = std::int64_t{blockIdx.x} * rows + thread / columns; t < model.rows(); t += step)
    model(t, f) = math::standardize(model(t, f), mean, scale);
}

template <class T>
dim3 blocks_over(const Matrix<T>& matrix) {
  return blocks_for(matrix.rows() * matrix.cols(), kThreads);
}

}  // namespace

void CudaBackend::model_features(float gain, Matrix<const float> raw, Matrix<float> model) {
  check_model_features(gain, raw, model);
  launch("model_features", model_features_kernel, blocks_over(model), kThreads, 0, stream_, gain, raw, model);
}

void CudaBackend::deltas(Matrix<const float> features, Matrix<float> delta) {
  check_deltas(features, delta);
  launch("deltas", deltas_kernel, blocks_over(delta), kThreads, 0, stream_, features, delta);
}

void CudaBackend::window_targets(const FeatureStatistics& statistics, int window, Matrix<const float> model,
                                 Matrix<float> targets) {
  check_window_targets(statistics, window, model, targets);
  launch("window_targets", window_targets_kernel, blocks_over(targets), kThreads, 0, stream_, Standard(statistics),
         window, model, targets);
}

void CudaBackend::standardize(const FeatureStatistics& statistics, Matrix<float> model) {
  check_statistics_fit(statistics, model);
  // No more blocks than run at once: 7 of 288 threads on a multiprocessor of 2048.
  const auto blocks = std::min<std::int64_t>(blocks_for(model.rows() * model.cols(), kColumnThreads).x,
                                             7 * properties_.multiProcessorCount);
  launch("standardize", standardize_kernel, dim3(static_cast<unsigned>(blocks)), kColumnThreads, 0, stream_,
         Standard(statistics), model);
}

}  // namespace fractalsync::cuda
