#include "host/evaluate/evaluation.h"

#include <algorithm>
#include <numeric>

#include "host/evaluate/hard_metrics.h"

namespace fractalsync {
namespace {

constexpr std::int64_t kSoftBlock = 512;        ///< frames whose images are held at a time
constexpr std::int64_t kShortestExcerpt = 256;  ///< windows

/// The series of one excerpt that the correlations pair up. The first frame has no temporal change and is left out.
class HeardSeries {
 public:
  HeardSeries(Backend& backend, const TrackStore& store, const Excerpt& excerpt) {
    const Matrix<const float> targets = store.targets().middle_rows(excerpt.first, excerpt.count);
    const std::vector<float> host = to_host(backend, View<const float>(targets.data(), targets.rows() * kTargets));
    for (int column = 0; column < kTargets; ++column)
      for (std::int64_t t = 1; t < excerpt.count; ++t)
        series_[column].push_back(host[static_cast<std::size_t>(t * kTargets + column)]);
  }

  Correlations against(const Playback& playback, const std::vector<double>& change,
                       const std::vector<double>& edges) const {
    const auto tail = [](const std::vector<double>& whole) {
      return View<const double>(whole).subview(1, static_cast<std::int64_t>(whole.size()) - 1);
    };
    const std::vector<double> hue = playback.head_series(kHue);
    Correlations c;
    c.pair[kCentroidHue] = correlation(series_[kTargetCentroid], tail(hue));
    c.pair[kFluxChange] = correlation(series_[kTargetFlux], tail(change));
    c.pair[kRmsChange] = correlation(series_[kTargetRms], tail(change));
    c.pair[kZcrEdges] = correlation(series_[kTargetZcr], tail(edges));
    return c;
  }

 private:
  std::vector<double> series_[kTargets];
};

/// Soft edge density and temporal change of a playback.
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
      series.edge_density.push_back(host[static_cast<std::size_t>(t * kMetrics + kEdgeDensity)]);
      series.temporal_change.push_back(host[static_cast<std::size_t>(t * kMetrics + kTemporalChange)]);
    }
  }
  return series;
}

double mean_change(const HardSeries& series) {
  return std::accumulate(series.temporal_change.begin() + 1, series.temporal_change.end(), 0.0) /
         static_cast<double>(series.temporal_change.size() - 1);
}

template <class Value>
std::optional<double> mean_where_defined(const std::vector<TrackEvaluation>& tracks, Value value) {
  double sum = 0;
  int count = 0;
  for (const TrackEvaluation& track : tracks)
    if (const std::optional<double> v = value(track)) {
      sum += *v;
      ++count;
    }
  return count == 0 ? std::nullopt : std::optional(sum / count);
}

template <class Choose>
Correlations overall(const std::vector<TrackEvaluation>& tracks, Choose choose) {
  Correlations mean;
  for (int p = 0; p < kPairs; ++p)
    mean.pair[p] = mean_where_defined(tracks, [&](const TrackEvaluation& track) { return choose(track).pair[p]; });
  return mean;
}

}  // namespace

Correlations Evaluation::soft() const {
  return overall(tracks, [](const TrackEvaluation& t) -> const Correlations& { return t.soft; });
}
Correlations Evaluation::hard() const {
  return overall(tracks, [](const TrackEvaluation& t) -> const Correlations& { return t.hard; });
}
std::optional<double> Evaluation::silence_ratio() const {
  return mean_where_defined(tracks, [](const TrackEvaluation& t) { return t.silence_ratio; });
}

std::vector<Excerpt> whole_tracks(const TrackStore& store) {
  std::vector<Excerpt> excerpts;
  for (std::size_t k = 0; k < store.tracks().size(); ++k)
    excerpts.push_back({k, store.tracks()[k].first_frame, store.tracks()[k].windows});
  return excerpts;
}

std::vector<TrackVersion> middles(const std::vector<TrackVersion>& tracks, const WindowSpec& window,
                                  std::int64_t windows) {
  std::vector<TrackVersion> parts;
  const auto share =
      std::max(kShortestExcerpt, windows / static_cast<std::int64_t>(std::max<std::size_t>(tracks.size(), 1)));
  for (TrackVersion version : tracks) {
    if (windows <= 0) break;
    const FrameRange whole = version.range();
    const std::int64_t all = whole.count - window.frames + 1, count = std::min(share, all);
    version.part = {whole.first + (all - count) / 2, count + window.frames - 1};
    parts.push_back(version);
    windows -= count;
  }
  return parts;
}

Correlations hard_correlations(Backend& backend, const PlayableNetwork& network, const TrackStore& store,
                               const Excerpt& excerpt) {
  const Playback playback = play(backend, network, store, excerpt.first, excerpt.count);
  const HardSeries hard = hard_series(backend, playback.drawn_matrix());
  return HeardSeries(backend, store, excerpt).against(playback, hard.temporal_change, hard.edge_density);
}

TrackEvaluation evaluate_track(Backend& backend, const PlayableNetwork& network, const Recipe& recipe,
                               const TrackStore& store, const TrackStore& silenced, const Excerpt& excerpt) {
  TrackEvaluation result;
  result.name = store.tracks().at(excerpt.track).name;
  const Playback playback = play(backend, network, store, excerpt.first, excerpt.count);
  const HeardSeries heard(backend, store, excerpt);
  const HardSeries soft = soft_series(backend, recipe, playback);
  result.soft = heard.against(playback, soft.temporal_change, soft.edge_density);
  const HardSeries hard = hard_series(backend, playback.drawn_matrix());
  result.hard = heard.against(playback, hard.temporal_change, hard.edge_density);
  if (excerpt.count > 1 && mean_change(hard) > 0) {
    const Playback quiet = play(backend, network, silenced, excerpt.first, excerpt.count);
    result.silence_ratio = mean_change(hard_series(backend, quiet.drawn_matrix())) / mean_change(hard);
  }
  return result;
}

TrackFeatures silenced(const TrackFeatures& track) {
  std::vector<float> raw = track.raw.read();
  const Matrix<float> rows(raw.data(), track.frames(), kBaseFeatures);
  for (std::int64_t t = 0; t < rows.rows(); ++t) rows(t, kFlux) = rows(t, kRms) = 0;
  return {track.name, std::move(raw)};
}

}  // namespace fractalsync
