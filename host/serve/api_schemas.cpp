// What the API's answers look like, as JSON Schema: the document shows it, and the tests hold the answers to it.
#include "host/evaluate/correlation.h"
#include "host/serve/api.h"
#include "stages/loss.h"

namespace fractalsync::serve {
namespace {

const Json kString = {{"type", "string"}}, kNumber = {{"type", "number"}}, kInteger = {{"type", "integer"}},
           kBoolean = {{"type", "boolean"}}, kObject = {{"type", "object"}};

Json or_null(const char* type) { return {{"type", Json::array({type, "null"})}}; }
Json list_of(const Json& items) { return {{"type", "array"}, {"items", items}}; }
/// All properties are always there.
Json object(const Json& properties) {
  Json required = Json::array();
  for (const auto& [name, schema] : properties.items()) required.push_back(name);
  return {{"type", "object"}, {"properties", properties}, {"required", required}};
}

Json with(Json schema, const Json& properties) {
  for (const auto& [name, property] : properties.items()) {
    schema["properties"][name] = property;
    schema["required"].push_back(name);
  }
  return schema;
}

Json correlations_schema() {
  Json properties;
  for (const char* pair : kPairNames) properties[pair] = or_null("number");
  return object(properties);
}

Json epoch_schema() {
  Json properties = {{"epoch", kInteger}};
  for (const char* term : kLossTermNames) properties[term] = or_null("number");
  for (const char* other : {"gradient_norm", "learning_rate"}) properties[other] = or_null("number");
  Json schema = object(properties);
  schema["properties"]["validation"] = schema_reference("Correlations");
  return schema;
}

Json run_schema() {
  return object({{"run", kString},
                 {"status", {{"type", "string"}, {"enum", {"training", "completed", "error", "stopped"}}}},
                 {"started", kString},
                 {"ended", or_null("string")},
                 {"epochs", kInteger},
                 {"total_epochs", kInteger},
                 {"data_dir", kString},
                 {"options", kObject},
                 {"error", or_null("string")},
                 {"hard", or_null("object")},
                 {"models", list_of(object({{"name", kString}, {"url", kString}}))},
                 {"report", or_null("string")}});
}

Json status_schema() {
  return object(
      {{"status", {{"type", "string"}, {"enum", {"idle", "training", "completed", "error", "stopped"}}}},
       {"progress", {{"type", "number"}, {"minimum", 0}, {"maximum", 1}}},
       {"current_epoch", kInteger},
       {"total_epochs", kInteger},
       {"error", or_null("string")},
       {"phase", or_null("string")},
       {"stopping", kBoolean},
       {"run", or_null("string")},
       {"data_dir", or_null("string")},
       {"options", or_null("object")},
       {"done_steps", kInteger},
       {"total_steps", kInteger},
       {"files_done", kInteger},
       {"files_total", kInteger},
       {"seconds_left", or_null("number")},
       {"live", or_null("object")},
       {"music", or_null("object")},
       {"unreadable", list_of(object({{"name", kString}, {"reason", kString}}))},
       {"held_out", or_null("object")},
       {"models", list_of(kString)},
       {"resumable", or_null("object")},
       {"loss_history", list_of(schema_reference("Epoch"))},
       {"judgements",
        list_of(object({{"step", kInteger}, {"hard", schema_reference("Correlations")}, {"best", kBoolean}}))}});
}

}  // namespace

Json api_schemas() {
  const Json model = object({{"name", kString},
                             {"url", kString},
                             {"kind", {{"type", "string"}, {"enum", {"pipeline", "model"}}}},
                             {"bytes", kInteger},
                             {"created", kString},
                             {"epoch", or_null("integer")},
                             {"origin", {{"type", "string"}, {"enum", {"run", "upload"}}}}});
  const Json option =
      object({{"name", kString},
              {"type", {{"type", "string"}, {"enum", {"integer", "number", "boolean", "string", "integers"}}}},
              {"default", Json::object()},
              {"group", kString},
              {"meaning", kString}});
  const Json audio = object({{"name", kString},
                             {"original_name", kString},
                             {"seconds", or_null("number")},
                             {"bytes", kInteger},
                             {"sample_rate", or_null("integer")},
                             {"channels", or_null("integer")},
                             {"readable", kBoolean},
                             {"reason", or_null("string")},
                             {"uploaded", kBoolean}});
  const Json kept = object({{"name", kString}, {"original_name", kString}, {"seconds", kNumber}, {"bytes", kInteger}});
  return {{"Error", object({{"detail", kString}})},
          {"Health", object({{"status", kString}, {"version", kString}})},
          {"Message", object({{"message", kString}, {"status", kString}})},
          {"Deleted", object({{"message", kString}})},
          {"Correlations", correlations_schema()},
          {"Epoch", epoch_schema()},
          {"Status", status_schema()},
          {"Options", object({{"options", list_of(option)}})},
          {"Runs", object({{"runs", list_of(run_schema())}})},
          {"Run", with(run_schema(), {{"loss_history", list_of(schema_reference("Epoch"))},
                                      {"judgements", list_of(kObject)},
                                      {"music", or_null("object")},
                                      {"unreadable", list_of(kObject)},
                                      {"held_out", or_null("object")}})},
          {"Models", object({{"models", list_of(model)}})},
          {"Model", with(model, {{"metadata", kObject}})},
          {"Uploaded", object({{"message", kString}, {"name", kString}, {"url", kString}})},
          {"Audio",
           object({{"files", list_of(audio)}, {"bytes", kInteger}, {"quota_bytes", kInteger}, {"data_dir", kString}})},
          {"AudioUpload", object({{"uploaded", list_of(kept)},
                                  {"rejected", list_of(object({{"original_name", kString}, {"reason", kString}}))}})}};
}

}  // namespace fractalsync::serve
