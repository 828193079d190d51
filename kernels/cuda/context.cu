// The context of songs, and rows of inputs with it (math/context.h).
#include <cmath>

#include "core/rng.h"
#include "cuda/cuda_backend.h"
#include "math/context.h"
#include "stages/context_checks.h"

namespace fractalsync::cuda {
namespace {

constexpr int kThreads = 128;

/// One thread per song and feature walks through the song: 28 bytes and ten flops in double per frame, one frame after
/// the other. Once per store; ten minutes of music take some five milliseconds however many songs there are.
__global__ void song_context_kernel(Matrix<const float> frames, View<const std::int64_t> songs, Matrix<float> context) {
  const std::int64_t thread = std::int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  const std::int64_t song = thread / kBaseFeatures;
  const int f = static_cast<int>(thread % kBaseFeatures);
  if (song >= songs.size()) return;
  const std::int64_t first = songs[song], end = song + 1 < songs.size() ? songs[song + 1] : frames.rows();
  math::Moments<double> moments;
  for (std::int64_t t = first; t < end; ++t) {
    moments.hear(frames(t, f), t - first);
    context(t, f) = static_cast<float>(moments.mean);
    context(t, kBaseFeatures + f) = static_cast<float>(std::sqrt(moments.variance));
  }
}

/// One thread per row and feature: its column of the window (faded, where the sequence is), and what becomes of that.
/// 84 floats written per row of ten frames, as many read.
__global__ void context_windows_kernel(ContextBatch batch, FadeSpec fade, std::uint64_t seed, const StepState* now,
                                       Matrix<float> inputs, Matrix<float> targets) {
  const WindowBatch& windows = batch.windows;
  const std::int64_t thread = std::int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  const std::int64_t row = thread / windows.features;
  const int f = static_cast<int>(thread % windows.features);
  if (row >= inputs.rows()) return;
  const std::int64_t sequence = row / windows.length, i = row % windows.length;
  const std::int64_t start = windows.starts[sequence] + i;
  const auto last_place = static_cast<float>(windows.length + windows.window - 2);
  math::Fade line;
  if (fade.probability > 0) line = math::draw_fade(fade.probability, seed, now->step, sequence);
  float* const input = inputs.row(row);
  double sum = 0;
  float newest = 0;
  for (int w = 0; w < windows.window; ++w) {
    newest = windows.frames[(start + w) * windows.features + f];
    if (line.knots > 0) newest = math::fade_feature(fade, f, newest, line(static_cast<float>(i + w) / last_place));
    input[w * windows.features + f] = newest;
    sum += newest;
  }
  if (f >= kBaseFeatures) return;
  const float* const context = batch.context.row(start + windows.window - 1);
  float* const song = input + std::int64_t{windows.window} * windows.features;
  const auto mean = static_cast<float>(sum / windows.window);
  math::context_inputs(f, context[f], context[kBaseFeatures + f], mean, newest, song);
  if (!targets.empty())
    math::atlas_targets(fade, f, mean, targets.row(row));
}

}  // namespace

void CudaBackend::song_context(Matrix<const float> frames, View<const std::int64_t> songs, Matrix<float> context) {
  check_song_context(frames, songs, context);
  launch("song_context", song_context_kernel, blocks_for(songs.size() * kBaseFeatures, kThreads), kThreads, 0, stream_,
         frames, songs, context);
}

void CudaBackend::context_windows(const ContextBatch& batch, const FadeSpec& fade, const StepKey& key,
                                  Matrix<float> inputs, Matrix<float> targets) {
  check_context_windows(batch, fade, key, inputs, targets);
  launch("context_windows", context_windows_kernel, blocks_for(inputs.rows() * batch.windows.features, kThreads),
         kThreads, 0, stream_, batch, fade, key.seed, key.now.data(), inputs, targets);
}

}  // namespace fractalsync::cuda
