#include "onnx_export/metadata.h"

#include <nlohmann/json.hpp>

#include "math/visual.h"
#include "onnx_export/pipeline.h"

namespace fractalsync {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> feature_names(const WindowSpec& window) {
  std::vector<std::string> names;
  const auto append = [&](const std::string& prefix) {
    for (const char* name : kFeatureNames) names.push_back(prefix + name);
  };
  append("");
  if (window.include_delta) append("delta_");
  if (window.include_delta_delta) append("delta_delta_");
  return names;
}

Json parameter_ranges() {
  Json ranges;
  for (int head = 0; head < kHeads; ++head) {
    Json& range = ranges[kVisualNames[head]];
    if (head == kJuliaReal || head == kJuliaImag)
      range = {-2.0, 2.0};
    else if (head == kLogZoom)
      range = {kSmallestZoom, kLargestZoom};
    else
      range = {0.0, 1.0};
  }
  return ranges;
}

/// What both files say.
Json metadata(const ExportModel& model, const Json& input_shape) {
  Json json;
  json["input_shape"] = input_shape;
  json["output_dim"] = int{kHeads};
  json["parameter_names"] = kVisualNames;
  json["parameter_ranges"] = parameter_ranges();
  json["feature_mean"] = model.feature_mean;
  json["feature_std"] = model.feature_std;
  json["window_frames"] = model.window.frames;
  json["features_per_frame"] = model.window.features();
  json["feature_names"] = feature_names(model.window);
  json["include_delta"] = model.window.include_delta;
  json["include_delta_delta"] = model.window.include_delta_delta;
  json["sample_rate"] = kSampleRate;
  json["hop_length"] = kHop;
  json["n_fft"] = kFftSize;
  json["formulation"] = kFormulationNames[static_cast<int>(formulation_of(model.motion))];
  json["epoch"] = model.epoch;
  json["normalization"] = "in_graph";
  json["fractalsync_version"] = FRACTALSYNC_VERSION;
  return json;
}

Json model_metadata(const ExportModel& model) { return metadata(model, {1, model.window.input()}); }

Json pipeline_metadata(const ExportModel& model) {
  const PipelineShape shape(model.window);
  Json json = metadata(model, {shape.samples()});
  json["pcm_length"] = shape.samples();
  json["first_sample"] = shape.first_sample();
  json["lag_frames"] = shape.lag_frames();
  json["rotation_range"] = {0.0, math::kTwoPi};
  json["state_size"] = state_size(model.motion);
  json["state_names"] = state_names(model.motion);
  return json;
}

MetadataProperties properties_of(const Json& json) {
  MetadataProperties properties;
  for (const auto& [key, value] : json.items())
    properties.emplace_back(key, value.is_string() ? value.get<std::string>() : value.dump());
  return properties;
}

}  // namespace

std::string metadata_json(const ExportModel& model) { return model_metadata(model).dump(2) + "\n"; }

std::string pipeline_metadata_json(const ExportModel& model) { return pipeline_metadata(model).dump(2) + "\n"; }

MetadataProperties metadata_properties(const ExportModel& model) { return properties_of(model_metadata(model)); }

MetadataProperties pipeline_metadata_properties(const ExportModel& model) {
  return properties_of(pipeline_metadata(model));
}

}  // namespace fractalsync
