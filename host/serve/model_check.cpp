#include "host/serve/model_check.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "onnx_export/evaluate/evaluate.h"
#include "onnx_export/pipeline.h"
#include "onnx_export/reader.h"

namespace fractalsync::serve {
namespace {

constexpr std::int64_t kAny = -2;  ///< in a pattern: some positive size
constexpr std::int64_t kLargestInput = 1 << 20;
constexpr std::chrono::seconds kPatience{10};  ///< with a model's one run; ours takes milliseconds

struct Pattern {
  const char* name;
  std::vector<std::int64_t> shape;
};

bool fits_pattern(const OnnxValue& value, const Pattern& pattern) {
  if (value.name != pattern.name || value.shape.size() != pattern.shape.size()) return false;
  for (std::size_t i = 0; i < pattern.shape.size(); ++i) {
    const bool any = value.shape[i] > 0 && value.shape[i] <= kLargestInput;
    if (pattern.shape[i] == kAny ? !any : value.shape[i] != pattern.shape[i]) return false;
  }
  return true;
}

bool fit_patterns(const std::vector<OnnxValue>& values, const std::vector<Pattern>& patterns) {
  return values.size() == patterns.size() && std::all_of(patterns.begin(), patterns.end(), [&](const Pattern& pattern) {
           return std::any_of(values.begin(), values.end(),
                              [&](const OnnxValue& v) { return fits_pattern(v, pattern); });
         });
}

bool is_model(const OnnxModel& model) {
  return fit_patterns(model.inputs, {{kModelInput, {-1, kAny}}}) &&
         fit_patterns(model.outputs, {{kVisualOutput, {-1, kHeads}}});
}

bool is_pipeline(const OnnxModel& model) {
  for (const Formulation formulation : {Formulation::plain, Formulation::atlas}) {
    const std::int64_t state =
        state_size(formulation == Formulation::atlas ? MotionSpec(AtlasSpec{}) : MotionSpec(VisualSpec{}));
    if (fit_patterns(model.inputs, {{kPipelineSound, {kAny}}, {kPipelineState, {state}}}) &&
        fit_patterns(model.outputs, {{kVisualOutput, {1, kHeads}},
                                     {kPipelineRotation, {1}},
                                     {kPipelineFeatures, {kAny, kAny}},
                                     {kPipelineNextState, {state}}}))
      return true;
  }
  return false;
}

CheckedModel classified(const OnnxModel& model) {
  CheckedModel checked;
  checked.pipeline = is_pipeline(model);
  if (!checked.pipeline && !is_model(model))
    throw Error("it is neither a model.onnx nor a pipeline.onnx of this program: its inputs or outputs are others");
  checked.metadata = Json::object();
  for (const auto& [key, value] : model.metadata) {
    Json parsed = Json::parse(value, nullptr, false);
    checked.metadata[key] = parsed.is_discarded() ? Json(value) : std::move(parsed);
  }
  return checked;
}

}  // namespace

CheckedModel read_checked_model(std::string_view bytes) { return classified(read_model(bytes)); }

CheckedModel check_model(std::string_view bytes) {
  const OnnxModel model = read_model(bytes);
  CheckedModel checked = classified(model);
  NamedTensors<float> inputs;
  for (const OnnxValue& value : model.inputs) {
    Tensor<float> zeros;
    std::size_t count = 1;
    for (const std::int64_t size : value.shape) {
      zeros.shape.push_back(size < 0 ? 1 : size);
      count *= static_cast<std::size_t>(zeros.shape.back());
    }
    zeros.values.assign(count, 0.0f);
    inputs[value.name] = std::move(zeros);
  }
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  const auto go_on = [&] { return std::chrono::steady_clock::now() < deadline; };
  for (const auto& [name, tensor] : GraphEvaluator<float>(model).run(inputs, go_on))
    if (!std::all_of(tensor.values.begin(), tensor.values.end(), [](float v) { return std::isfinite(v); }))
      throw Error("run on silence, it gives a number that is not finite ('" + name + "')");
  return checked;
}

}  // namespace fractalsync::serve
