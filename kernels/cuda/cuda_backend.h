// The CUDA backend: each stage is a few kernels on one stream. Every stage's methods live in the file of its name
// (features.cu, mlp.cu, ...), with their kernels in the same file or in a .cuh beside it.
//
// Calls return when their work is queued, not when it is done; only copies from and to the host wait. Whoever reads a
// result through download_bytes sees it complete.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "backend.h"
#include "cuda/cuda_memory.h"
#include "cuda/fft_plans.h"
#include "cuda/gpu.h"
#include "cuda/launch.h"
#include "cuda/lt_products.h"
#include "cuda/make_cuda_backend.h"
#include "math/atlas.h"

namespace fractalsync::cuda {

/// The first compute capability whose tensor cores take TF32.
inline constexpr int kTensorCoresMajor = 8;

class CudaBackend final : public Backend {
 public:
  /// On device number `device`, which make_cuda_backend has found usable.
  CudaBackend(int device, const CudaOptions& options);
  ~CudaBackend() override;
  CudaBackend(const CudaBackend&) = delete;
  CudaBackend& operator=(const CudaBackend&) = delete;

  std::string description() const override;
  std::string arithmetic() const override { return "cuda"; }
  Memory& memory() override { return memory_; }
  void upload_bytes(void* device, const void* host, std::int64_t bytes) override;
  void download_bytes(void* host, const void* device, std::int64_t bytes) override;
  std::int64_t synchronizations() const override { return synchronizations_; }
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

  cudaStream_t stream() const { return stream_; }
  const cudaDeviceProp& properties() const { return properties_; }
  const CudaOptions& options() const { return options_; }
  LtProducts& lt_products() { return lt_products_; }

  /// Scratch for one stage's call: the next call uses the same bytes (in order, on the one stream). Grows to the
  /// largest size ever asked for, by waiting and allocating anew, and never while a step is being recorded.
  void* scratch(std::size_t bytes);
  template <class T>
  T* scratch(std::int64_t count) {
    return static_cast<T*>(scratch(static_cast<std::size_t>(count) * sizeof(T)));
  }
  /// The same of page-locked host memory, for what a stage takes from or gives to the host.
  void* pinned(std::size_t bytes);
  /// Waits until everything asked for is done; counted.
  void synchronize();

  /// Changes whenever scratch moves: what was recorded before then refers to memory that is gone.
  std::int64_t scratch_generation() const { return scratch_generation_; }
  bool recording() const { return recording_; }
  void set_recording(bool recording) { recording_ = recording; }

 private:
  int device_;
  CudaOptions options_;
  cudaDeviceProp properties_{};
  cudaStream_t stream_ = nullptr;
  DeviceMemory memory_;
  PinnedMemory pinned_memory_;
  /// The app's looks, in planes of light and then in bytes.
  void draw_look(const DisplaySpec& spec, const DisplayFrame& frame, View<std::uint8_t> picture);
  /// The atlas in device memory, copied there by the first call.
  AtlasTables device_atlas();

  Buffer<unsigned char> scratch_, pinned_, feature_tables_;
  Buffer<float> atlas_tables_;
  FftPlans fft_plans_;
  LtProducts lt_products_;
  std::int64_t scratch_generation_ = 0;
  std::int64_t synchronizations_ = 0;
  bool recording_ = false;
};

}  // namespace fractalsync::cuda
