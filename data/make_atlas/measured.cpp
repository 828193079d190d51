#include "data/make_atlas/measured.h"

#include <algorithm>

#include "host/evaluate/hard_metrics.h"
#include "host/train/recipe.h"

namespace fractalsync::atlas {
namespace {

constexpr std::size_t kTurnsAtOnce = 512;

/// Two rows of drawn parameters for each turn.
std::vector<float> drawn_of(const Turn* turns, std::size_t count, double angle) {
  std::vector<float> drawn;
  for (std::size_t k = 0; k < count; ++k)
    for (const double phi : {turns[k].phi, turns[k].phi + angle})
      drawn.insert(drawn.end(), {static_cast<float>(turns[k].c_re), static_cast<float>(turns[k].c_im),
                                 static_cast<float>(turns[k].log_zoom), static_cast<float>(phi)});
  return drawn;
}

/// Calls visit(first, count) for consecutive parts of `turns`.
template <class Visit>
void in_parts(const std::vector<Turn>& turns, Visit visit) {
  for (std::size_t first = 0; first < turns.size(); first += kTurnsAtOnce)
    visit(first, std::min(kTurnsAtOnce, turns.size() - first));
}

}  // namespace

Measured measure_hard(Backend& backend, const std::vector<Turn>& turns, double angle) {
  Measured measured;
  in_parts(turns, [&](std::size_t first, std::size_t count) {
    const std::vector<float> drawn = drawn_of(&turns[first], count, angle);
    const HardSeries series = hard_series(backend, {drawn.data(), static_cast<std::int64_t>(2 * count), kDrawnColumns});
    for (std::size_t k = 0; k < count; ++k) {
      measured.edge_density.push_back(series.edge_density[2 * k]);
      measured.change.push_back(series.temporal_change[2 * k + 1]);
    }
  });
  return measured;
}

Measured measure_soft(Backend& backend, const std::vector<Turn>& turns, double angle) {
  const Recipe recipe = atlas_recipe();
  Measured measured;
  in_parts(turns, [&](std::size_t first, std::size_t count) {
    const std::vector<float> drawn = drawn_of(&turns[first], count, angle);
    const auto rows = static_cast<std::int64_t>(2 * count);
    Buffer<float> input(backend.memory(), rows * kDrawnColumns), values(backend.memory(), rows * kMetrics),
        jacobian(backend.memory(), rows * kMetrics * kTangents), previous(backend.memory(), rows * kTangents);
    upload<float>(backend, drawn, input.view());
    backend.julia_metrics(
        recipe.julia, recipe.metrics, 2, input.matrix(rows, kDrawnColumns),
        {values.matrix(rows, kMetrics), jacobian.matrix(rows, kMetrics * kTangents), previous.matrix(rows, kTangents)});
    const std::vector<float> host = to_host(backend, values.view());
    for (std::size_t k = 0; k < count; ++k) {
      measured.edge_density.push_back(host[2 * k * kMetrics + kEdgeDensity]);
      measured.change.push_back(host[(2 * k + 1) * kMetrics + kTemporalChange]);
    }
  });
  return measured;
}

}  // namespace fractalsync::atlas
