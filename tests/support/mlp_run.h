// A network with everything a training step needs around it, for tests: host arrays in, host arrays out.
#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backend.h"
#include "stages/mlp_init.h"
#include "support/mlp_reference.h"
#include "support/random.h"
#include "support/step_at.h"

namespace fractalsync::test {

/// Features of `frame_count` frames and sequences of `length` windows of them.
struct MlpBatch {
  int features = 0, window = 0, length = 0;
  std::vector<float> frames;
  std::vector<std::int64_t> starts;

  WindowBatch view() const { return {frames, features, window, starts, length}; }
  std::int64_t rows() const { return static_cast<std::int64_t>(starts.size()) * length; }
};

/// Sequences of random frames that begin at odd places and overlap.
inline MlpBatch random_batch(std::uint64_t seed, int features, int window, int sequences, int length) {
  MlpBatch batch{features, window, length, {}, {}};
  for (int q = 0; q < sequences; ++q) batch.starts.push_back((q * 7 + 3) % (2 * sequences + 1));
  const std::int64_t frames = 2 * sequences + 1 + length + window;
  batch.frames = random_floats(seed, frames * features, -2, 2);
  return batch;
}

/// The same windows, each copied into a frame of its own.
inline MlpBatch copied_windows(const MlpBatch& batch) {
  MlpBatch copy{batch.features * batch.window, 1, static_cast<int>(batch.rows()), {}, {0}};
  for (const std::int64_t start : batch.starts)
    for (int i = 0; i < batch.length; ++i) {
      const auto first = batch.frames.begin() + (start + i) * batch.features;
      copy.frames.insert(copy.frames.end(), first, first + copy.features);
    }
  return copy;
}

struct MlpResult {
  std::vector<float> logits, gradient, grad_windows, statistics;
};

class MlpRun {
 public:
  MlpRun(const MlpSpec& spec, std::uint64_t seed, int threads = 1, const std::string& isa = "")
      : layout(spec),
        backend(make_cpu_backend(threads, isa)),
        parameters(static_cast<std::size_t>(layout.parameter_size())),
        statistics(static_cast<std::size_t>(layout.statistics_size())),
        dropout{seed, 5} {
    initialise(layout, seed, parameters);
    initialise_statistics(layout, statistics);
    // No gamma may stay at 1 and no beta at 0: those would hide errors.
    for (const LayerInfo& layer : layout.layers())
      for (std::int64_t c = 0; layer.batch_norm() && c < layer.out; ++c) {
        parameters[static_cast<std::size_t>(layer.gamma + c)] = 0.7f + 0.03f * static_cast<float>(c % 20);
        parameters[static_cast<std::size_t>(layer.beta + c)] = -0.2f + 0.02f * static_cast<float>(c % 20);
      }
  }

  std::vector<float> forward(const MlpBatch& batch, MlpMode mode) {
    prepare(batch);
    std::vector<float> logits(static_cast<std::size_t>(batch.rows() * kOutputs), NAN);
    backend->mlp_forward(layout, mode, batch.view(), parameters_.view(), statistics_.view(), now_->key(dropout.seed), tape_.view(),
                         Matrix<float>(logits.data(), batch.rows(), kOutputs));
    download(*backend, std::as_const(statistics_).view(), View<float>(statistics));
    return logits;
  }

  /// Forward in training mode and backward.
  MlpResult step(const MlpBatch& batch, const std::vector<float>& grad_logits) {
    MlpResult result;
    result.logits = forward(batch, MlpMode::training);
    result.statistics = statistics;
    result.gradient.assign(static_cast<std::size_t>(layout.parameter_size()), NAN);
    result.grad_windows.assign(static_cast<std::size_t>(batch.rows() * layout.spec().input), NAN);
    backend->mlp_backward(layout, batch.view(), parameters_.view(), now_->key(dropout.seed), std::as_const(tape_).view(),
                          Matrix<const float>(grad_logits.data(), batch.rows(), kOutputs), result.gradient,
                          Matrix<float>(result.grad_windows.data(), batch.rows(), layout.spec().input));
    return result;
  }

  /// What the last forward pass left of one layer's output, [rows, stride].
  View<const float> activations(std::int64_t rows, std::size_t layer) const {
    return tape_.view().subview(layout.tape(rows, layer).activations, rows * layout.layers()[layer].stride);
  }

  MlpLayout layout;
  std::unique_ptr<Backend> backend;
  std::vector<float> parameters, statistics;
  DropoutKey dropout;

 private:
  void prepare(const MlpBatch& batch) {
    Memory& memory = backend->memory();
    if (tape_.size() < layout.tape_size(batch.rows())) tape_ = {memory, layout.tape_size(batch.rows())};
    if (parameters_.size() == 0) parameters_ = {memory, layout.parameter_size()};
    if (statistics_.size() == 0) statistics_ = {memory, layout.statistics_size()};
    if (!now_) now_.emplace(*backend, dropout.step);
    upload(*backend, View<const float>(parameters), parameters_.view());
    upload(*backend, View<const float>(statistics), statistics_.view());
  }

  Buffer<float> parameters_, statistics_, tape_;
  std::optional<StepAt> now_;  ///< `dropout` as the first pass found it
};

}  // namespace fractalsync::test
