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
  /// On the CPU.
  MlpRun(const MlpSpec& spec, std::uint64_t seed, int threads = 1, const std::string& isa = "")
      : MlpRun(spec, seed, make_cpu_backend(threads, isa)) {}

  MlpRun(const MlpSpec& spec, std::uint64_t seed, std::unique_ptr<Backend> on)
      : layout(spec),
        backend(std::move(on)),
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
    put(batch.frames, frames_);
    put(batch.starts, starts_);
    put(parameters, parameters_);
    put(statistics, statistics_);
    clear(layout.tape_size(batch.rows()), tape_);
    clear(batch.rows() * kOutputs, logits_);
    if (!now_) now_.emplace(*backend, dropout.step);
    backend->mlp_forward(layout, mode, windows(batch), parameters_.view(), statistics_.view(), now_->key(dropout.seed),
                         tape_.view(), logits_.matrix(batch.rows(), kOutputs));
    statistics = get(statistics_);
    return get(logits_);
  }

  /// Forward in training mode and backward.
  MlpResult step(const MlpBatch& batch, const std::vector<float>& grad_logits) {
    MlpResult result;
    result.logits = forward(batch, MlpMode::training);
    result.statistics = statistics;
    const std::int64_t rows = batch.rows();
    put(grad_logits, grad_logits_);
    clear(layout.parameter_size(), gradient_);
    clear(rows * layout.spec().input, grad_windows_);
    backend->mlp_backward(layout, windows(batch), parameters_.view(), now_->key(dropout.seed), tape_.view(),
                          grad_logits_.matrix(rows, kOutputs), gradient_.view(),
                          grad_windows_.matrix(rows, layout.spec().input));
    result.gradient = get(gradient_);
    result.grad_windows = get(grad_windows_);
    return result;
  }

  /// What the last forward pass left, and of it one layer's output, [rows, stride].
  std::vector<float> tape() const { return get(tape_); }
  std::vector<float> activations(std::int64_t rows, std::size_t layer) const {
    return to_host(*backend,
                   tape_.view().subview(layout.tape(rows, layer).activations, rows * layout.layers()[layer].stride));
  }

  MlpLayout layout;
  std::unique_ptr<Backend> backend;
  std::vector<float> parameters, statistics;
  DropoutKey dropout;

 private:
  template <class T>
  void put(const std::vector<T>& host, Buffer<T>& buffer) {
    const auto size = static_cast<std::int64_t>(host.size());
    if (buffer.size() != size) buffer = {backend->memory(), size};
    upload<T>(*backend, host, buffer.view());
  }
  /// To NaN, which shows wherever it is read.
  void clear(std::int64_t size, Buffer<float>& buffer) {
    put(std::vector<float>(static_cast<std::size_t>(size), NAN), buffer);
  }
  std::vector<float> get(const Buffer<float>& buffer) const { return to_host(*backend, buffer.view()); }

  WindowBatch windows(const MlpBatch& batch) const {
    return {frames_.view(), batch.features, batch.window, starts_.view(), batch.length};
  }

  Buffer<float> frames_, parameters_, statistics_, tape_, logits_, grad_logits_, gradient_, grad_windows_;
  Buffer<std::int64_t> starts_;
  std::optional<StepAt> now_;  ///< `dropout` as the first pass found it
};

}  // namespace fractalsync::test
