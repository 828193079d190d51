#include "host/evaluate/playback.h"

#include <algorithm>
#include <cmath>

#include "host/evaluate/journey.h"

namespace fractalsync {
namespace {

constexpr std::int64_t kWindowsAtOnce = 4096;  ///< windows per forward pass: bounds the tape

/// Heads and drawn parameters of sequences that begin at rest, and at `journey` if they have one.
void move(Backend& backend, const VisualSpec& spec, std::int64_t sequences, int length, float /*journey*/,
          Matrix<const float> logits, Matrix<float> heads, Matrix<float> drawn) {
  Buffer<float> phases(backend.memory(), sequences);
  upload<float>(backend, std::vector<float>(static_cast<std::size_t>(sequences)), phases.view());
  backend.visual_forward(spec, length, logits, phases.view(), heads, drawn);
}
void move(Backend& backend, const AtlasSpec& spec, std::int64_t sequences, int length, float journey,
          Matrix<const float> logits, Matrix<float> heads, Matrix<float> drawn) {
  Buffer<float> phases(backend.memory(), sequences * kAtlasPhases);
  std::vector<float> start(static_cast<std::size_t>(phases.size()));
  for (std::size_t at = kPhaseJourney; at < start.size(); at += kAtlasPhases) start[at] = journey;
  upload<float>(backend, start, phases.view());
  backend.atlas_forward(spec, length, logits, phases.matrix(sequences, kAtlasPhases), heads, drawn);
}

/// What motion makes of logits, as `sequences` equal sequences.
Playback moved(Backend& backend, const MotionSpec& motion, std::int64_t sequences, float journey,
               Matrix<const float> logits) {
  const std::int64_t rows = logits.rows();
  Buffer<float> heads(backend.memory(), rows * kHeads), drawn(backend.memory(), rows * kDrawnColumns);
  const auto length = static_cast<int>(rows / std::max<std::int64_t>(sequences, 1));
  std::visit(
      [&](const auto& spec) {
        move(backend, spec, sequences, length, journey, logits, heads.matrix(rows, kHeads),
             drawn.matrix(rows, kDrawnColumns));
      },
      motion);
  return {rows, to_host(backend, heads.view()), to_host(backend, drawn.view())};
}

}  // namespace

std::vector<double> Playback::head_series(Head head) const {
  std::vector<double> series;
  for (std::int64_t t = 0; t < frames; ++t) series.push_back(heads_matrix()(t, head));
  return series;
}

DisplayFrame Playback::display_frame(std::int64_t t) const {
  const float* head = heads_matrix().row(t);
  const float* place = drawn_matrix().row(t);
  return {.c_re = place[kDrawnReal],
          .c_im = place[kDrawnImag],
          .log_zoom = place[kDrawnLogZoom],
          .phi = place[kDrawnPhi],
          .hue = head[kHue],
          .saturation = head[kSaturation],
          .brightness = head[kBrightness]};
}

Playback play(Backend& backend, const PlayableNetwork& network, const TrackStore& store, std::int64_t first,
              std::int64_t count, float journey) {
  Memory& memory = backend.memory();
  const std::int64_t most_rows = std::min(count, kWindowsAtOnce);
  Buffer<float> logits(memory, count * kOutputs), tape(memory, network.layout.tape_size(most_rows));
  Buffer<std::int64_t> start(memory, 1);
  for (std::int64_t at = 0; at < count; at += kWindowsAtOnce) {
    const std::int64_t rows = std::min(kWindowsAtOnce, count - at);
    const std::int64_t position = first + at;
    upload<std::int64_t>(backend, View<const std::int64_t>(&position, 1), start.view());
    const WindowBatch windows = store.windows(start.view(), static_cast<int>(rows));
    backend.mlp_forward(network.layout, MlpMode::inference, windows, network.parameters, network.statistics, {},
                        tape.view().subview(0, network.layout.tape_size(rows)),
                        logits.matrix(count, kOutputs).middle_rows(at, rows));
  }
  return moved(backend, network.motion, 1, journey, logits.matrix(count, kOutputs));
}

Playback play(Backend& backend, const PlayableNetwork& network, const TrackStore& store, const Excerpt& excerpt) {
  const float journey = journey_of(store.tracks().at(excerpt.track).name);
  return play(backend, network, store, excerpt.first, excerpt.count, journey);
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

std::vector<float> straight_parameters(Backend& backend, const PlayableNetwork& network, const WindowBatch& windows) {
  const std::int64_t rows = windows.rows();
  Buffer<float> logits(backend.memory(), rows * kOutputs), tape(backend.memory(), network.layout.tape_size(rows));
  backend.mlp_forward(network.layout, MlpMode::inference, windows, network.parameters, network.statistics, {},
                      tape.view(), logits.matrix(rows, kOutputs));
  // Every window a sequence of its own, of one frame: low-passes begin with their first value.
  const std::vector<float> drawn = as_drawn(moved(backend, network.motion, rows, 0, logits.matrix(rows, kOutputs)));
  std::vector<float> straight;
  for (std::int64_t t = 0; t < rows; ++t)
    straight.insert(straight.end(), drawn.begin() + t * kMotionColumns, drawn.begin() + t * kMotionColumns + kHeads);
  return straight;
}

std::vector<float> straight_parameters(Backend& backend, const PlayableNetwork& network, const TrackStore& store,
                                       std::int64_t first, std::int64_t count) {
  std::vector<float> straight;
  Buffer<std::int64_t> start(backend.memory(), 1);
  upload<std::int64_t>(backend, std::vector<std::int64_t>{0}, start.view());
  for (std::int64_t at = 0; at < count; at += kWindowsAtOnce) {
    const std::int64_t rows = std::min(kWindowsAtOnce, count - at);
    WindowBatch windows = store.windows(start.view(), static_cast<int>(rows));
    // From the first frame on that any of them holds.
    windows.frames =
        windows.frames.subview((first + at) * store.features(), (rows + store.window() - 1) * store.features());
    const std::vector<float> some = straight_parameters(backend, network, windows);
    straight.insert(straight.end(), some.begin(), some.end());
  }
  return straight;
}

}  // namespace fractalsync
