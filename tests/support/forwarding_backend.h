// A backend that hands every call to another: tests override the one stage they want to disturb.
#pragma once

#include <utility>

#include "backend.h"

namespace fractalsync::test {

class ForwardingBackend : public Backend {
 public:
  explicit ForwardingBackend(Backend& inner) : inner_(inner) {}

  std::string description() const override { return inner_.description(); }
  std::string arithmetic() const override { return inner_.arithmetic(); }
  Memory& memory() override { return inner_.memory(); }
  void upload_bytes(void* device, const void* host, std::int64_t bytes) override {
    inner_.upload_bytes(device, host, bytes);
  }
  void download_bytes(void* host, const void* device, std::int64_t bytes) override {
    inner_.download_bytes(host, device, bytes);
  }
  std::int64_t synchronizations() const override { return inner_.synchronizations(); }
  std::unique_ptr<Recording> record(std::function<void()> work) override { return inner_.record(std::move(work)); }
  void features(const FeatureSpec& spec, const PcmBlock& pcm, const FeatureRows& rows) override {
    inner_.features(spec, pcm, rows);
  }
  void model_features(float gain, Matrix<const float> raw, Matrix<float> model) override {
    inner_.model_features(gain, raw, model);
  }
  void deltas(Matrix<const float> features, Matrix<float> delta) override { inner_.deltas(features, delta); }
  void feature_moments(View<const float> origin, Matrix<const float> model, View<FeatureMoments> moments) override {
    inner_.feature_moments(origin, model, moments);
  }
  void window_targets(const FeatureStatistics& statistics, int window, Matrix<const float> model,
                      Matrix<float> targets) override {
    inner_.window_targets(statistics, window, model, targets);
  }
  void standardize(const FeatureStatistics& statistics, Matrix<float> model) override {
    inner_.standardize(statistics, model);
  }
  void begin_step(const ScheduleSpec& schedule, View<StepState> state) override { inner_.begin_step(schedule, state); }
  void record_step(View<const StepState> now, View<const float> terms, View<const float> norm,
                   Matrix<float> log) override {
    inner_.record_step(now, terms, norm, log);
  }
  void draw_batch(const StepKey& key, const StartTable& table, View<std::int64_t> starts,
                  Matrix<float> phases) override {
    inner_.draw_batch(key, table, starts, phases);
  }
  void gather_targets(Matrix<const float> all, View<const std::int64_t> starts, int length,
                      Matrix<float> targets) override {
    inner_.gather_targets(all, starts, length, targets);
  }
  void mlp_forward(const MlpLayout& layout, MlpMode mode, const WindowBatch& windows, View<const float> parameters,
                   View<float> statistics, const StepKey& key, View<float> tape, Matrix<float> logits) override {
    inner_.mlp_forward(layout, mode, windows, parameters, statistics, key, tape, logits);
  }
  void mlp_backward(const MlpLayout& layout, const WindowBatch& windows, View<const float> parameters,
                    const StepKey& key, View<const float> tape, Matrix<const float> grad_logits,
                    View<float> grad_parameters, Matrix<float> grad_windows) override {
    inner_.mlp_backward(layout, windows, parameters, key, tape, grad_logits, grad_parameters, grad_windows);
  }
  void visual_forward(const VisualSpec& spec, int length, Matrix<const float> logits, View<const float> phases,
                      Matrix<float> heads, Matrix<float> drawn) override {
    inner_.visual_forward(spec, length, logits, phases, heads, drawn);
  }
  void visual_backward(const VisualSpec& spec, int length, Matrix<const float> heads, Matrix<const float> grad_drawn,
                       Matrix<const float> grad_heads, Matrix<float> grad_logits) override {
    inner_.visual_backward(spec, length, heads, grad_drawn, grad_heads, grad_logits);
  }
  void atlas_forward(const AtlasSpec& spec, int length, Matrix<const float> logits, Matrix<const float> phases,
                     Matrix<float> heads, Matrix<float> drawn) override {
    inner_.atlas_forward(spec, length, logits, phases, heads, drawn);
  }
  void atlas_backward(const AtlasSpec& spec, int length, Matrix<const float> logits, Matrix<const float> heads,
                      Matrix<const float> grad_drawn, Matrix<const float> grad_heads,
                      Matrix<float> grad_logits) override {
    inner_.atlas_backward(spec, length, logits, heads, grad_drawn, grad_heads, grad_logits);
  }
  void julia_images(const JuliaSpec& spec, Matrix<const float> drawn, Matrix<float> images,
                    Matrix<float> tangents) override {
    inner_.julia_images(spec, drawn, images, tangents);
  }
  void julia_metrics(const JuliaSpec& julia, const MetricsSpec& metrics, int length, Matrix<const float> drawn,
                     const FrameMetrics& out) override {
    inner_.julia_metrics(julia, metrics, length, drawn, out);
  }
  void connectedness(const ConnectednessSpec& spec, Matrix<const float> drawn, View<float> chi,
                     Matrix<float> gradient) override {
    inner_.connectedness(spec, drawn, chi, gradient);
  }
  void escape_time_images(const EscapeTimeSpec& spec, Matrix<const double> params,
                          Matrix<std::uint8_t> images) override {
    inner_.escape_time_images(spec, params, images);
  }
  void display(const DisplaySpec& spec, const DisplayFrame& frame, View<std::uint8_t> picture) override {
    inner_.display(spec, frame, picture);
  }
  void loss(const LossSpec& spec, const LossInputs& in, const LossOutputs& out) override { inner_.loss(spec, in, out); }
  void adamw(const AdamWSpec& spec, View<const StepState> now, const AdamWState& state, View<float> norm) override {
    inner_.adamw(spec, now, state, norm);
  }

 private:
  Backend& inner_;
};

}  // namespace fractalsync::test
