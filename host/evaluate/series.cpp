#include "host/evaluate/series.h"

#include <algorithm>

namespace fractalsync {
namespace {

constexpr double kAudible = 1e-3;  ///< rms, of full scale

constexpr std::int64_t kSoftBlock = 512;  ///< frames whose images are held at a time

View<const double> without_first(const std::vector<double>& whole) {
  const auto size = static_cast<std::int64_t>(whole.size());
  return View<const double>(whole).subview(std::min<std::int64_t>(1, size), std::max<std::int64_t>(size - 1, 0));
}

}  // namespace

HardSeries soft_series(Backend& backend, const Recipe& recipe, const Playback& playback) {
  HardSeries series;
  Memory& memory = backend.memory();
  for (std::int64_t first = 0; first < playback.frames; first += kSoftBlock) {
    // Begin one frame early, so that the block's first frame has its predecessor.
    const std::int64_t lead = first == 0 ? 0 : 1;
    const std::int64_t rows = std::min(kSoftBlock, playback.frames - first) + lead;
    Buffer<float> drawn(memory, rows * kDrawnColumns), values(memory, rows * kMetrics),
        jacobian(memory, rows * kMetrics * kTangents), previous(memory, rows * kTangents);
    upload<float>(backend,
                  View<const float>(playback.drawn).subview((first - lead) * kDrawnColumns, rows * kDrawnColumns),
                  drawn.view());
    backend.julia_metrics(
        recipe.julia, recipe.metrics, static_cast<int>(rows), drawn.matrix(rows, kDrawnColumns),
        {values.matrix(rows, kMetrics), jacobian.matrix(rows, kMetrics * kTangents), previous.matrix(rows, kTangents)});
    const std::vector<float> host = to_host(backend, values.view());
    for (std::int64_t t = lead; t < rows; ++t) {
      const float* metrics = host.data() + t * kMetrics;
      series.edge_density.push_back(metrics[kEdgeDensity]);
      series.temporal_change.push_back(metrics[kTemporalChange]);
      series.brightness_mean.push_back(metrics[kBrightnessMean]);
    }
  }
  return series;
}

TrackSeries track_series(Backend& backend, const PlayableNetwork& network, const TrackStore& store,
                         const Excerpt& excerpt) {
  TrackSeries series;
  const Matrix<const float> targets = store.targets().middle_rows(excerpt.first, excerpt.count);
  const std::vector<float> host = to_host(backend, View<const float>(targets.data(), targets.rows() * kTargets));
  for (int column = 0; column < kTargets; ++column)
    for (std::int64_t t = 0; t < excerpt.count; ++t)
      series.heard[column].push_back(host[static_cast<std::size_t>(t * kTargets + column)]);
  if (excerpt.count > 0) {
    const FeatureStatistics& statistics = store.statistics();
    const double loudest = *std::max_element(series.heard[kTargetRms].begin(), series.heard[kTargetRms].end());
    series.audible = statistics.mean[kRms] + loudest * statistics.std[kRms] >= kAudible;
  }
  series.playback = play(backend, network, store, excerpt);
  series.hue = series.playback.head_series(kHue);
  series.hard = hard_series(backend, series.playback.drawn_matrix());
  return series;
}

PairSeries pair_series(const TrackSeries& series, const HardSeries& seen, Pair pair) {
  const auto of = [&](Target target, const std::vector<double>& picture) -> PairSeries {
    return {without_first(series.heard[target]), without_first(picture)};
  };
  switch (pair) {
    case kCentroidHue:
      return of(kTargetCentroid, series.hue);
    case kFluxChange:
      return of(kTargetFlux, seen.temporal_change);
    case kRmsChange:
      return of(kTargetRms, seen.temporal_change);
    case kZcrEdges:
      return of(kTargetZcr, seen.edge_density);
    case kPairs:
      break;
  }
  throw CheckFailure("there is no such pair");
}

Correlations correlations(const TrackSeries& series, const HardSeries& seen) {
  Correlations c;
  if (!series.audible) return c;
  for (int p = 0; p < kPairs; ++p) {
    const PairSeries pair = pair_series(series, seen, static_cast<Pair>(p));
    c.pair[p] = correlation(pair.heard, pair.seen);
  }
  return c;
}

}  // namespace fractalsync
