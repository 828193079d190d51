#include "host/evaluate/playback.h"

#include <algorithm>
#include <cmath>

namespace fractalsync {
namespace {

constexpr std::int64_t kWindowsAtOnce = 4096;  ///< windows per forward pass: bounds the tape

}  // namespace

std::vector<double> Playback::head_series(Head head) const {
  std::vector<double> series;
  for (std::int64_t t = 0; t < frames; ++t) series.push_back(heads_matrix()(t, head));
  return series;
}

Playback play(Backend& backend, const PlayableNetwork& network, const TrackStore& store, std::int64_t first,
              std::int64_t count) {
  Memory& memory = backend.memory();
  Buffer<float> logits(memory, count * kOutputs), heads(memory, count * kHeads), drawn(memory, count * kDrawnColumns),
      phase(memory, 1);
  Buffer<float> tape(memory, network.layout.tape_size(std::min(count, kWindowsAtOnce)));
  Buffer<std::int64_t> start(memory, 1);
  for (std::int64_t at = 0; at < count; at += kWindowsAtOnce) {
    const std::int64_t rows = std::min(kWindowsAtOnce, count - at);
    const std::int64_t position = first + at;
    upload<std::int64_t>(backend, View<const std::int64_t>(&position, 1), start.view());
    backend.mlp_forward(network.layout, MlpMode::inference, store.windows(start.view(), static_cast<int>(rows)),
                        network.parameters, network.statistics, {},
                        tape.view().subview(0, network.layout.tape_size(rows)),
                        logits.matrix(count, kOutputs).middle_rows(at, rows));
  }
  const float at_rest = 0;
  upload<float>(backend, View<const float>(&at_rest, 1), phase.view());
  backend.visual_forward(network.visual, static_cast<int>(count), logits.matrix(count, kOutputs), phase.view(),
                         heads.matrix(count, kHeads), drawn.matrix(count, kDrawnColumns));
  return {count, to_host(backend, heads.view()), to_host(backend, drawn.view())};
}

std::vector<float> as_drawn(const Playback& playback) {
  std::vector<float> rows;
  for (std::int64_t t = 0; t < playback.frames; ++t) {
    const float* head = playback.heads_matrix().row(t);
    const float* drawn = playback.drawn_matrix().row(t);
    rows.insert(rows.end(), {drawn[kDrawnReal], drawn[kDrawnImag], head[kHue], head[kSaturation], head[kBrightness],
                             std::exp(drawn[kDrawnLogZoom]), head[kSpeed], drawn[kDrawnPhi]});
  }
  return rows;
}

void heads_to_visual_parameters(Matrix<float> heads) {
  for (std::int64_t t = 0; t < heads.rows(); ++t) heads(t, kLogZoom) = std::exp(heads(t, kLogZoom));
}

}  // namespace fractalsync
