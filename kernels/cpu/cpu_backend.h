// The CPU backend: each stage is a loop over the kernels of one instruction set, shared out to the thread pool.
// Every stage's methods live in the file of its name (features.cpp, mlp.cpp, ...).
#pragma once

#include <string>
#include <vector>

#include "backend.h"
#include "core/thread_pool.h"
#include "cpu/kernels.h"

namespace fractalsync::cpu {

class HostMemory : public Memory {
 public:
  void release(void* block, std::size_t bytes) noexcept override;

 private:
  void* take(std::size_t bytes) override;
};

/// Scratch that grows to the largest size ever asked for and is then reused.
class Scratch {
 public:
  explicit Scratch(Memory& memory) : memory_(&memory) {}
  float* floats(std::int64_t count) {
    if (buffer_.size() < count) buffer_ = Buffer<float>(*memory_, count);
    return buffer_.data();
  }

 private:
  Memory* memory_;
  Buffer<float> buffer_;
};

class CpuBackend final : public Backend {
 public:
  CpuBackend(int threads, const std::string& isa);

  std::string description() const override;
  std::string arithmetic() const override { return "cpu"; }
  Memory& memory() override { return memory_; }
  void upload_bytes(void* device, const void* host, std::int64_t bytes) override;
  void download_bytes(void* host, const void* device, std::int64_t bytes) override;
  std::int64_t synchronizations() const override { return 0; }
  std::unique_ptr<Recording> record(std::function<void()> work) override;

  void features(const FeatureSpec& spec, const PcmBlock& pcm, const FeatureRows& rows) override;
  void model_features(float gain, Matrix<const float> raw, Matrix<float> model) override;
  void deltas(Matrix<const float> features, Matrix<float> delta) override;
  void feature_moments(View<const float> origin, Matrix<const float> model, View<FeatureMoments> moments) override;
  void window_targets(const FeatureStatistics& statistics, int window, Matrix<const float> model,
                      Matrix<float> targets) override;
  void standardize(const FeatureStatistics& statistics, Matrix<float> model) override;
  void begin_step(const ScheduleSpec& schedule, View<StepState> state) override;
  void record_step(View<const StepState> now, View<const float> terms, View<const float> norm,
                   Matrix<float> log) override;
  void draw_batch(const StepKey& key, const StartTable& table, View<std::int64_t> starts,
                  Matrix<float> phases) override;
  void gather_targets(Matrix<const float> frame_targets, View<const std::int64_t> starts, int length,
                      Matrix<float> targets) override;
  void mlp_forward(const MlpLayout& layout, MlpMode mode, const WindowBatch& windows, View<const float> parameters,
                   View<float> statistics, const StepKey& key, View<float> tape, Matrix<float> logits) override;
  void mlp_backward(const MlpLayout& layout, const WindowBatch& windows, View<const float> parameters,
                    const StepKey& key, View<const float> tape, Matrix<const float> grad_logits,
                    View<float> grad_parameters, Matrix<float> grad_windows) override;
  void visual_forward(const VisualSpec& spec, int length, Matrix<const float> logits, View<const float> phases,
                      Matrix<float> heads, Matrix<float> drawn) override;
  void visual_backward(const VisualSpec& spec, int length, Matrix<const float> heads, Matrix<const float> grad_drawn,
                       Matrix<const float> grad_heads, Matrix<float> grad_logits) override;
  void atlas_forward(const AtlasSpec& spec, int length, Matrix<const float> logits, Matrix<const float> phases,
                     Matrix<float> heads, Matrix<float> drawn) override;
  void atlas_backward(const AtlasSpec& spec, int length, Matrix<const float> logits, Matrix<const float> heads,
                      Matrix<const float> grad_drawn, Matrix<const float> grad_heads,
                      Matrix<float> grad_logits) override;
  void julia_images(const JuliaSpec& spec, Matrix<const float> drawn, Matrix<float> images,
                    Matrix<float> tangents) override;
  void julia_metrics(const JuliaSpec& julia, const MetricsSpec& metrics, int length, Matrix<const float> drawn,
                     const FrameMetrics& out) override;
  void connectedness(const ConnectednessSpec& spec, Matrix<const float> drawn, View<float> chi,
                     Matrix<float> gradient) override;
  void escape_time_images(const EscapeTimeSpec& spec, Matrix<const double> params,
                          Matrix<std::uint8_t> images) override;
  void display(const DisplaySpec& spec, const DisplayFrame& frame, View<std::uint8_t> picture) override;
  void loss(const LossSpec& spec, const LossInputs& in, const LossOutputs& out) override;
  void adamw(const AdamWSpec& spec, View<const StepState> now, const AdamWState& state, View<float> norm) override;

 private:
  /// The app's looks, in planes of light and then in bytes.
  void draw_look(const DisplaySpec& spec, const DisplayFrame& frame, View<std::uint8_t> picture);

  Scratch& worker_scratch(int worker) { return worker_scratch_[static_cast<std::size_t>(worker)]; }

  const CpuKernels& kernels_;
  ThreadPool pool_;
  HostMemory memory_;
  Scratch scratch_{memory_};             ///< shared within one call
  std::vector<Scratch> worker_scratch_;  ///< one per worker
  std::vector<double> chunk_sums_;       ///< of the gradient's norm
};

}  // namespace fractalsync::cpu
