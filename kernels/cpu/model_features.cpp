// From raw features to what the network sees: frames shared out to the threads in runs; sums in the order of frames.
#include "math/model_features.h"

#include <algorithm>

#include "cpu/cpu_backend.h"
#include "math/deltas.h"
#include "math/feature_statistics.h"
#include "stages/window_checks.h"

namespace fractalsync::cpu {
namespace {

constexpr std::int64_t kFramesATask = 4096;

/// work(t) for all t in [0, frames).
template <class Work>
void for_each_frame(ThreadPool& pool, std::int64_t frames, Work work) {
  pool.run((frames + kFramesATask - 1) / kFramesATask, [&](std::int64_t run, int) {
    const std::int64_t end = std::min(frames, (run + 1) * kFramesATask);
    for (std::int64_t t = run * kFramesATask; t < end; ++t) work(t);
  });
}

std::vector<float> scales_of(const FeatureStatistics& statistics) {
  std::vector<float> scales;
  for (const float std : statistics.std) scales.push_back(math::standardizing_scale(std));
  return scales;
}

}  // namespace

void CpuBackend::model_features(float gain, Matrix<const float> raw, Matrix<float> model) {
  check_model_features(gain, raw, model);
  for_each_frame(pool_, raw.rows(), [&](std::int64_t t) {
    for (int f = 0; f < kBaseFeatures; ++f) {
      const float x = math::model_feature(f, raw(t, f));
      model(t, f) = gain == 1 ? x : math::louder(f, x, gain);
    }
  });
}

void CpuBackend::deltas(Matrix<const float> features, Matrix<float> delta) {
  check_deltas(features, delta);
  for_each_frame(pool_, features.rows(), [&](std::int64_t t) {
    const math::SlopeFrames under = math::slope_frames(t, features.rows());
    for (std::int64_t f = 0; f < features.cols(); ++f)
      delta(t, f) = static_cast<float>(math::slope(&features(under.first, f), under.count, features.stride()));
  });
}

void CpuBackend::feature_moments(View<const float> origin, Matrix<const float> model, View<FeatureMoments> moments) {
  check_feature_moments(origin, model, moments);
  for (std::int64_t six = 0; six < moments.size(); ++six)
    for (std::int64_t t = 0; t < model.rows(); ++t)
      moments[six] =
          math::sum_of(moments[six], math::moments_of(&model(t, six * kBaseFeatures), &origin[six * kBaseFeatures]));
}

void CpuBackend::window_targets(const FeatureStatistics& statistics, int window, Matrix<const float> model,
                                Matrix<float> targets) {
  check_window_targets(statistics, window, model, targets);
  const std::vector<float> scales = scales_of(statistics);
  for_each_frame(pool_, model.rows(), [&](std::int64_t t) {
    for (int k = 0; k < kTargets; ++k) {
      const auto f = static_cast<std::size_t>(k);
      targets(t, k) = t + window > model.rows()
                          ? 0
                          : math::window_target(&model(t, k), window, model.stride(), statistics.mean[f], scales[f]);
    }
  });
}

void CpuBackend::standardize(const FeatureStatistics& statistics, Matrix<float> model) {
  check_statistics_fit(statistics, model);
  const std::vector<float> scales = scales_of(statistics);
  for_each_frame(pool_, model.rows(), [&](std::int64_t t) {
    float* const row = model.row(t);
    for (std::size_t f = 0; f < scales.size(); ++f) row[f] = math::standardize(row[f], statistics.mean[f], scales[f]);
  });
}

}  // namespace fractalsync::cpu
