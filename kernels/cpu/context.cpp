// The context of songs, and rows of inputs with it. Some thousand numbers a step: plain loops.
#include "math/context.h"

#include <algorithm>
#include <cmath>

#include "cpu/cpu_backend.h"
#include "stages/context_checks.h"

namespace fractalsync::cpu {
namespace {

/// Writes the rows of one sequence.
class ContextRows {
 public:
  ContextRows(const ContextBatch& batch, const FadeSpec& fade) : batch_(batch), fade_(fade) {}

  /// The row whose window is `frames` [window, features] and whose song is `context` at the window's end.
  void write(const float* frames, const float* context, float* inputs, float* target) const {
    const int features = batch_.windows.features, window = batch_.windows.window;
    const float* newest = frames + std::int64_t{window - 1} * features;
    std::copy_n(frames, batch_.windows.input(), inputs);
    float* song = inputs + batch_.windows.input();
    for (int f = 0; f < kBaseFeatures; ++f) {
      double sum = 0;
      for (int i = 0; i < window; ++i) sum += frames[i * features + f];
      const auto mean = static_cast<float>(sum / window);
      math::context_inputs(f, context[f], context[kBaseFeatures + f], mean, newest[f], song);
      if (target != nullptr) math::atlas_targets(fade_, f, mean, target);
    }
  }

 private:
  const ContextBatch& batch_;
  const FadeSpec& fade_;
};

}  // namespace

void CpuBackend::song_context(Matrix<const float> frames, View<const std::int64_t> songs, Matrix<float> context) {
  check_song_context(frames, songs, context);
  pool_.run(songs.size(), [&](std::int64_t song, int) {
    const std::int64_t first = songs[song], end = song + 1 < songs.size() ? songs[song + 1] : frames.rows();
    math::Moments<double> moments[kBaseFeatures];
    for (std::int64_t t = first; t < end; ++t)
      for (int f = 0; f < kBaseFeatures; ++f) {
        moments[f].hear(frames(t, f), t - first);
        context(t, f) = static_cast<float>(moments[f].mean);
        context(t, kBaseFeatures + f) = static_cast<float>(std::sqrt(moments[f].variance));
      }
  });
}

void CpuBackend::context_windows(const ContextBatch& batch, const FadeSpec& fade, const StepKey& key,
                                 Matrix<float> inputs, Matrix<float> targets) {
  check_context_windows(batch, fade, key, inputs, targets);
  const WindowBatch& windows = batch.windows;
  const std::int64_t span = windows.length + windows.window - 1;
  float* faded = scratch_.floats(windows.starts.size() * span * windows.features);
  pool_.run(windows.starts.size(), [&](std::int64_t sequence, int) {
    const std::int64_t start = windows.starts[sequence];
    FS_CHECK(start >= 0 && start + span <= batch.context.rows());
    const float* frames = windows.frames.data() + start * windows.features;
    const math::Fade line =
        fade.probability > 0 ? math::draw_fade(fade.probability, key.seed, key.now[0].step, sequence) : math::Fade{};
    if (line.knots > 0) {
      float* mine = faded + sequence * span * windows.features;
      for (std::int64_t t = 0; t < span; ++t) {
        const float gain = line(static_cast<float>(t) / static_cast<float>(span - 1));
        for (int f = 0; f < windows.features; ++f)
          mine[t * windows.features + f] = math::fade_feature(fade, f, frames[t * windows.features + f], gain);
      }
      frames = mine;
    }
    const ContextRows rows(batch, fade);
    for (std::int64_t i = 0; i < windows.length; ++i) {
      const std::int64_t row = sequence * windows.length + i;
      rows.write(frames + i * windows.features, batch.context.row(start + i + windows.window - 1), inputs.row(row),
                 targets.empty() ? nullptr : targets.row(row));
    }
  });
}

}  // namespace fractalsync::cpu
