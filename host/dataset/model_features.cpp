#include "host/dataset/model_features.h"

#include <algorithm>

namespace fractalsync {

/// Nine frames under a slope, and nine slopes under a slope of slopes: near a track's end the nine are its last, eight
/// of them on one side.
std::int64_t frames_beside(const WindowSpec& spec) {
  return spec.include_delta_delta ? 2 * (kDeltaFrames - 1) : spec.include_delta ? kDeltaFrames - 1 : 0;
}

FrameRange frames_under(const WindowSpec& spec, FrameRange part, std::int64_t frames) {
  FS_CHECK(part.first >= 0 && part.count >= 0 && part.first + part.count <= frames);
  const std::int64_t beside = frames_beside(spec), first = std::max<std::int64_t>(part.first - beside, 0);
  return {first, std::min(part.first + part.count + beside, frames) - first};
}

void compute_model_features(Backend& backend, const WindowSpec& spec, float gain, Matrix<const float> raw,
                            Matrix<float> model) {
  FS_CHECK_EQ(model.cols(), static_cast<std::int64_t>(spec.features()));
  const auto six = [&](std::int64_t first) { return model.middle_cols(first, kBaseFeatures); };
  backend.model_features(gain, raw, six(0));
  if (spec.include_delta) backend.deltas(six(0), six(kBaseFeatures));
  if (!spec.include_delta_delta) return;
  Buffer<float> between;
  Matrix<float> slopes;
  if (spec.include_delta) {
    slopes = six(kBaseFeatures);
  } else {
    between = Buffer<float>(backend.memory(), model.rows() * kBaseFeatures);
    slopes = between.matrix(model.rows(), kBaseFeatures);
    backend.deltas(six(0), slopes);
  }
  backend.deltas(slopes, six(spec.features() - kBaseFeatures));
}

std::vector<float> model_features_of(Backend& backend, const WindowSpec& spec, View<const float> raw) {
  const std::int64_t frames = raw.size() / kBaseFeatures;
  FS_CHECK_EQ(raw.size(), frames * kBaseFeatures);
  Buffer<float> there(backend.memory(), raw.size()), model(backend.memory(), frames * spec.features());
  upload<float>(backend, raw, there.view());
  compute_model_features(backend, spec, 1, there.matrix(frames, kBaseFeatures), model.matrix(frames, spec.features()));
  return to_host(backend, model.view());
}

}  // namespace fractalsync
