#include "host/dataset/librosa_definition.h"

#include <algorithm>
#include <limits>

namespace fractalsync {
namespace {

constexpr std::int64_t kOnsetDelay = kFftSize / (2 * kHop);  // frames

float loudest(Matrix<const float> mel_db) {
  float best = -std::numeric_limits<float>::infinity();
  for (std::int64_t t = 0; t < mel_db.rows(); ++t)
    best = std::max(best, *std::max_element(mel_db.row(t), mel_db.row(t) + mel_db.cols()));
  return best;
}

// Mean rise of the bands from one frame to the next.
float onset(const float* before, const float* after, float floor_db) {
  double rise = 0;
  for (int band = 0; band < kMelBands; ++band)
    rise += std::max(0.0f, std::max(after[band], floor_db) - std::max(before[band], floor_db));
  return static_cast<float>(rise / kMelBands);
}

}  // namespace

void apply_librosa_definition(Matrix<float> raw, Matrix<const float> mel_db) {
  FS_CHECK_EQ(raw.cols(), static_cast<std::int64_t>(kBaseFeatures));
  FS_CHECK_EQ(mel_db.cols(), static_cast<std::int64_t>(kMelBands));
  FS_CHECK_EQ(raw.rows(), mel_db.rows());
  const std::int64_t frames = raw.rows();
  const float floor_db = loudest(mel_db) - kLibrosaTopDb;
  for (std::int64_t t = 0; t < frames; ++t) {
    if (t + 1 < frames) {
      raw(t, kFlux) = raw(t + 1, kFlux);
    } else if (t > 0) {
      raw(t, kFlux) = raw(t - 1, kFlux);
    }
    const std::int64_t rising = t - kOnsetDelay;
    raw(t, kOnset) = rising > 0 ? onset(mel_db.row(rising - 1), mel_db.row(rising), floor_db) : 0;
  }
}

}  // namespace fractalsync
