#include "host/evaluate/evaluation.h"

#include <algorithm>
#include <numeric>

namespace fractalsync {
namespace {

constexpr std::int64_t kShortestExcerpt = 256;  ///< windows

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

Beauty Evaluation::beauty() const {
  Beauty mean;
  for (int m = 0; m < kBeautyMeasures; ++m)
    mean.measure[m] = mean_where_defined(tracks, [&](const TrackEvaluation& t) { return t.beauty.measure[m]; });
  return mean;
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
  const TrackSeries series = track_series(backend, network, store, excerpt);
  return correlations(series, series.hard);
}

TrackEvaluation evaluate_track(Backend& backend, const PlayableNetwork& network, const Recipe& recipe,
                               const TrackStore& store, const TrackStore& muted, const Excerpt& excerpt,
                               const TrackJudged& judged) {
  TrackEvaluation result;
  result.name = store.tracks().at(excerpt.track).name;
  const TrackSeries series = track_series(backend, network, store, excerpt);
  result.soft = correlations(series, soft_series(backend, recipe, series.playback));
  result.hard = correlations(series, series.hard);
  result.beauty = beauty_of(series, formulation_of(network.motion));
  if (excerpt.count > 1 && mean_change(series.hard) > 0) {
    const Playback quiet = play(backend, network, muted, excerpt);
    result.silence_ratio = mean_change(hard_series(backend, quiet.drawn_matrix())) / mean_change(series.hard);
  }
  if (judged) judged(result, series);
  return result;
}

}  // namespace fractalsync
