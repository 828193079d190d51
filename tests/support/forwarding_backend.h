// A backend that hands every call to another: tests override the one stage they want to disturb.
#pragma once

#include "backend.h"

namespace fractalsync::test {

class ForwardingBackend : public Backend {
 public:
  explicit ForwardingBackend(Backend& inner) : inner_(inner) {}

  std::string description() const override { return inner_.description(); }
  Memory& memory() override { return inner_.memory(); }
  void upload_bytes(void* device, const void* host, std::int64_t bytes) override {
    inner_.upload_bytes(device, host, bytes);
  }
  void download_bytes(void* host, const void* device, std::int64_t bytes) override {
    inner_.download_bytes(host, device, bytes);
  }
  void features(const FeatureSpec& spec, const PcmBlock& pcm, const FeatureRows& rows) override {
    inner_.features(spec, pcm, rows);
  }
  void draw_batch(const BatchKey& key, const StartTable& table, View<std::int64_t> starts,
                  View<float> phases) override {
    inner_.draw_batch(key, table, starts, phases);
  }
  void gather_targets(Matrix<const float> all, View<const std::int64_t> starts, int length,
                      Matrix<float> targets) override {
    inner_.gather_targets(all, starts, length, targets);
  }
  void mlp_forward(const MlpLayout& layout, MlpMode mode, const WindowBatch& windows, View<const float> parameters,
                   View<float> statistics, const DropoutKey& dropout, View<float> tape,
                   Matrix<float> logits) override {
    inner_.mlp_forward(layout, mode, windows, parameters, statistics, dropout, tape, logits);
  }
  void mlp_backward(const MlpLayout& layout, const WindowBatch& windows, View<const float> parameters,
                    const DropoutKey& dropout, View<const float> tape, Matrix<const float> grad_logits,
                    View<float> grad_parameters, Matrix<float> grad_windows) override {
    inner_.mlp_backward(layout, windows, parameters, dropout, tape, grad_logits, grad_parameters, grad_windows);
  }
  void visual_forward(const VisualSpec& spec, int length, Matrix<const float> logits, View<const float> phases,
                      Matrix<float> heads, Matrix<float> drawn) override {
    inner_.visual_forward(spec, length, logits, phases, heads, drawn);
  }
  void visual_backward(const VisualSpec& spec, int length, Matrix<const float> heads, Matrix<const float> grad_drawn,
                       Matrix<const float> grad_heads, Matrix<float> grad_logits) override {
    inner_.visual_backward(spec, length, heads, grad_drawn, grad_heads, grad_logits);
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
  void loss(const LossSpec& spec, const LossInputs& in, const LossOutputs& out) override {
    inner_.loss(spec, in, out);
  }
  void adamw(const AdamWSpec& spec, std::int64_t step, float learning_rate, const AdamWState& state,
             View<float> norm) override {
    inner_.adamw(spec, step, learning_rate, state, norm);
  }

 private:
  Backend& inner_;
};

}  // namespace fractalsync::test
