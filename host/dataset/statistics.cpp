#include "host/dataset/statistics.h"

#include <cmath>

#include "core/check.h"

namespace fractalsync {

FeatureStatistics feature_statistics(const std::vector<Matrix<const float>>& tracks) {
  std::int64_t count = 0, features = 0;
  std::vector<double> origin, sum, square;
  for (const Matrix<const float>& track : tracks) {
    if (track.empty()) continue;
    if (count == 0) {
      features = track.cols();
      origin.assign(track.row(0), track.row(0) + features);
      sum.assign(origin.size(), 0);
      square.assign(origin.size(), 0);
    }
    FS_CHECK_EQ(track.cols(), features);
    count += track.rows();
    for (std::int64_t t = 0; t < track.rows(); ++t)
      for (std::size_t f = 0; f < origin.size(); ++f) {
        const double x = track.row(t)[f] - origin[f];
        sum[f] += x;
        square[f] += x * x;
      }
  }
  if (count == 0) throw Error("there is no audio to take feature statistics from");
  FeatureStatistics statistics;
  for (std::size_t f = 0; f < origin.size(); ++f) {
    const double mean = sum[f] / static_cast<double>(count);
    const double variance = square[f] / static_cast<double>(count) - mean * mean;
    statistics.mean.push_back(static_cast<float>(origin[f] + mean));
    statistics.std.push_back(static_cast<float>(std::sqrt(variance > 0 ? variance : 0)));
  }
  return statistics;
}

}  // namespace fractalsync
