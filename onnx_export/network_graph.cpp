#include "onnx_export/network_graph.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "math/atlas.h"
#include "math/model_features.h"
#include "onnx_export/metadata.h"

namespace fractalsync {
namespace {

void check_finite(View<const float> values) {
  if (!std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); }))
    throw Error("this network cannot be exported: it holds numbers that are not finite; use an earlier checkpoint");
}

/// Linear, with a BatchNorm that follows folded in: gamma (w x + b - mean) / sqrt(variance + eps) + beta is linear
/// in x. The products are formed in double and rounded once.
std::string add_layer(GraphBuilder& graph, const ExportModel& model, std::size_t index, const std::string& input) {
  const LayerInfo& layer = model.layout.layers()[index];
  std::vector<float> weight(static_cast<std::size_t>(layer.in) * layer.out), bias(layer.out);
  for (int o = 0; o < layer.out; ++o) {
    double scale = 1, shift = 0;
    if (layer.batch_norm()) {
      const double variance = model.statistics[layer.running_variance + o];
      scale = model.parameters[layer.gamma + o] / std::sqrt(variance + kBatchNormEpsilon);
      shift = model.parameters[layer.beta + o] - scale * model.statistics[layer.running_mean + o];
    }
    for (int i = 0; i < layer.in; ++i)
      weight[static_cast<std::size_t>(i) * layer.out + o] =
          static_cast<float>(scale * model.parameters[layer.weight + i * layer.stride + o]);
    bias[o] = static_cast<float>(scale * model.parameters[layer.bias + o] + shift);
  }
  check_finite(weight);
  check_finite(bias);
  const std::string name = "layer" + std::to_string(index);
  const std::string linear = graph.node("Gemm", name,
                                        {input, graph.constant(name + ".weight", {layer.in, layer.out}, weight),
                                         graph.constant(name + ".bias", {layer.out}, bias)});
  return layer.relu ? graph.node("Relu", name + ".relu", {linear}) : linear;
}

/// Bounds of ln zoom.
std::pair<double, double> log_zooms(const VisualSpec& spec) { return {-spec.log_zoom_limit, spec.log_zoom_limit}; }
std::pair<double, double> log_zooms(const AtlasSpec& spec) {
  const float* const zooms = atlas_tables().log_zoom;
  const auto [least, most] = std::minmax_element(zooms, zooms + kAtlasRows);
  return {*least - spec.log_zoom_swing, *most + spec.log_zoom_swing};
}

}  // namespace

void check_sizes(const ExportModel& model) {
  FS_CHECK_EQ(static_cast<std::int64_t>(model.parameters.size()), model.layout.parameter_size());
  FS_CHECK_EQ(static_cast<std::int64_t>(model.statistics.size()), model.layout.statistics_size());
  FS_CHECK_EQ(model.layout.spec().input, model.window.input());
  FS_CHECK_EQ(static_cast<int>(model.feature_mean.size()), model.window.features());
  FS_CHECK_EQ(static_cast<int>(model.feature_std.size()), model.window.features());
  const auto [smallest, largest] = std::visit([](const auto& motion) { return log_zooms(motion); }, model.motion);
  FS_CHECK(std::exp(smallest) >= kSmallestZoom && smallest < largest && std::exp(largest) <= kLargestZoom);
}

// (x - mean) scale, clipped, with the statistics of a frame repeated for every frame of the window.
std::string add_standardization(GraphBuilder& graph, const ExportModel& model, const std::string& features) {
  std::vector<float> mean, scale;
  for (int frame = 0; frame < model.window.frames; ++frame) {
    for (int f = 0; f < model.window.features(); ++f) {
      mean.push_back(model.feature_mean[f]);
      scale.push_back(math::standardizing_scale(model.feature_std[f]));
    }
  }
  check_finite(mean);
  check_finite(scale);
  const std::int64_t width = model.window.input();
  const std::string centred = graph.node("Sub", "centred", {features, graph.constant("feature_mean", {width}, mean)});
  const std::string scaled = graph.node("Mul", "scaled", {centred, graph.constant("feature_scale", {width}, scale)});
  return graph.node("Clip", "standardized",
                    {scaled, graph.scalar("standardized_min", -kStandardizedLimit),
                     graph.scalar("standardized_max", kStandardizedLimit)});
}

std::string add_layers(GraphBuilder& graph, const ExportModel& model, const std::string& inputs) {
  std::string value = inputs;
  for (std::size_t i = 0; i < model.layout.layers().size(); ++i) value = add_layer(graph, model, i, value);
  return value;
}

HeadValues add_heads(GraphBuilder& graph, const VisualSpec& visual, const std::string& logits) {
  static_assert(kJuliaReal == 0 && kJuliaImag == 1 && kHue == 2 && kSaturation == 3 && kBrightness == 4 &&
                kLogZoom == 5 && kSpeed == 6 && kHeads == 7);
  const std::vector<std::string> parts =
      graph.split(logits, 1, {"julia_logits", "color_logits", "zoom_logit", "speed_logit"}, {2, 3, 1, 1});
  const std::string limit = graph.scalar("log_zoom_limit", visual.log_zoom_limit);
  HeadValues heads;
  heads.julia =
      graph.node("Mul", "julia", {graph.node("Tanh", "julia_tanh", {parts[0]}), graph.scalar("julia_limit", 2)});
  heads.color = graph.node("Sigmoid", "color", {parts[1]});
  const std::string ratio = graph.node("Div", "zoom_ratio", {parts[2], limit});
  heads.log_zoom = graph.node("Mul", "log_zoom", {graph.node("Tanh", "zoom_tanh", {ratio}), limit});
  heads.speed = graph.node("Sigmoid", "speed", {parts[3]});
  return heads;
}

}  // namespace fractalsync
