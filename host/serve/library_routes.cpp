// Runs, models and music: what was made, what it was made of.
#include <algorithm>

#include "host/serve/api.h"
#include "host/serve/storage.h"

namespace fractalsync::serve {
namespace {

constexpr const char* kOnnxType = "application/octet-stream";

Answer ok(const std::string& meaning, const char* schema) {
  return {200, meaning, "application/json", schema_reference(schema)};
}
const Answer kNone{404, "there is none"};
constexpr const char* kPageType = "text/html; charset=utf-8";

HttpResponse deleted() { return json_response({{"message", "deleted"}}); }

/// A run as clients see it: {"run", "status", ..., "hard", "models": [{"name", "url"}]}.
Json run_json(const RunRecord& record, bool has_report, const std::vector<ModelEntry>& models) {
  Json json = to_json(record);
  for (const char* detail : {"judgements", "held_out", "music", "unreadable"}) json.erase(detail);
  json["hard"] = nullptr;
  for (const Json& judgement : record.judgements)
    if (judgement["best"].get<bool>()) json["hard"] = judgement["hard"];
  if (record.held_out.is_object()) json["hard"] = record.held_out["overall"]["hard"];
  json["models"] = Json::array();
  for (const ModelEntry& model : models)
    if (std::find(record.models.begin(), record.models.end(), model.name) != record.models.end())
      json["models"].push_back({{"name", model.name}, {"url", to_json(model)["url"]}});
  json["report"] = has_report ? Json("/api/train/runs/" + record.run + "/report") : Json();
  return json;
}

HttpResponse model_file(ModelStore& models, const ModelEntry& entry, const RequestHead& head) {
  HttpResponse response = file_response(models.open(entry.name), kOnnxType, head);
  response.fields.emplace_back("Content-Disposition", "attachment; filename=\"" + entry.name + "\"");
  return response;
}

ModelEntry latest(ModelStore& models) {
  if (std::optional<ModelEntry> entry = models.latest()) return *std::move(entry);
  throw HttpError(404, "No model has been trained or uploaded yet");
}

/// Browsers play what they know by its type.
std::string audio_type(const std::string& name) {
  static const std::map<std::string, std::string> types = {
      {".wav", "audio/wav"},  {".flac", "audio/flac"}, {".ogg", "audio/ogg"},
      {".opus", "audio/ogg"}, {".mp3", "audio/mpeg"},  {".m4a", "audio/mp4"},
      {".aac", "audio/aac"},  {".aiff", "audio/aiff"}, {".aif", "audio/aiff"}};
  const auto at = types.find(std::filesystem::path(name).extension().string());
  return at == types.end() ? "application/octet-stream" : at->second;
}

}  // namespace

std::vector<Route> run_routes(Training& training, ModelStore& models) {
  const auto find = [&training](const HttpRequest& request) {
    const std::string name = request.path_values.at("run");
    std::optional<RunRecord> record = training.runs().read(name);
    if (!record) throw HttpError(404, "there is no such run");
    return *std::move(record);
  };
  return {
      {"GET",
       "/api/train/runs",
       "listRuns",
       "All trainings, newest first",
       {},
       {ok("the runs", "Runs")},
       [&](const HttpRequest&) {
         Json runs = Json::array();
         const std::vector<ModelEntry> there = models.list();
         for (const RunRecord& record : training.runs().list())
           runs.push_back(run_json(record, training.report(record.run).has_value(), there));
         return json_response({{"runs", runs}});
       }},
      {"GET",
       "/api/train/runs/{run}",
       "getRun",
       "One training with its history",
       {},
       {ok("the run", "Run"), kNone},
       [&, find](const HttpRequest& request) {
         const RunRecord record = find(request);
         Json json = run_json(record, training.report(record.run).has_value(), models.list());
         json["loss_history"] = training.runs().history(record.run);
         json["judgements"] = record.judgements;
         json["music"] = record.music;
         json["unreadable"] = record.unreadable;
         json["held_out"] = record.held_out;
         return json_response(json);
       }},
      {"GET",
       "/api/train/runs/{run}/report",
       "getRunReport",
       "What a training's network was judged by, as a page that needs nothing else",
       {},
       {{200, "the page", kPageType, {}}, kNone},
       [&, find](const HttpRequest& request) {
         const std::string run = find(request).run;
         std::optional<Descriptor> page = training.report(run);
         if (!page) throw HttpError(404, "this run has no report: it did not complete");
         HttpResponse response = file_response(*std::move(page), kPageType, request.head);
         response.fields.emplace_back("Content-Disposition", "attachment; filename=\"" + run + "-report.html\"");
         return response;
       }},
      {"DELETE",
       "/api/train/runs/{run}",
       "deleteRun",
       "Delete a training's checkpoints and history; its models stay",
       {},
       {ok("it is gone", "Deleted"), kNone, {409, "it is training"}},
       [&](const HttpRequest& request) {
         training.remove_run(request.path_values.at("run"));
         return deleted();
       }},
  };
}

std::vector<Route> model_routes(ModelStore& models) {
  const auto named = [&models](const HttpRequest& request) { return models.find(request.path_values.at("name")); };
  const Answer onnx{200, "the ONNX file", kOnnxType, {}};
  const Answer metadata{200, "its metadata", "application/json", {{"type", "object"}}};
  return {
      {"GET",
       "/api/models",
       "listModels",
       "All models, newest first",
       {},
       {ok("the models", "Models")},
       [&](const HttpRequest&) {
         Json list = Json::array();
         for (const ModelEntry& entry : models.list()) list.push_back(to_json(entry));
         return json_response({{"models", list}});
       }},
      {"GET",
       "/api/models/{name}",
       "getModel",
       "One model with its metadata",
       {},
       {ok("the model", "Model"), kNone},
       [&, named](const HttpRequest& request) {
         const ModelEntry entry = named(request);
         Json json = to_json(entry);
         json["metadata"] = models.metadata(entry);
         return json_response(json);
       }},
      {"GET",
       "/api/models/{name}/file",
       "getModelFile",
       "The ONNX file",
       {},
       {onnx, kNone},
       [&, named](const HttpRequest& request) { return model_file(models, named(request), request.head); }},
      {"GET",
       "/api/models/{name}/metadata",
       "getModelMetadata",
       "Its metadata",
       {},
       {metadata, kNone},
       [&, named](const HttpRequest& request) { return json_response(models.metadata(named(request))); }},
      {"DELETE",
       "/api/models/{name}",
       "deleteModel",
       "Delete a model",
       {},
       {ok("it is gone", "Deleted"), kNone},
       [&](const HttpRequest& request) {
         models.remove(request.path_values.at("name"));
         return deleted();
       }},
      {"GET",
       "/api/model/latest",
       "getLatestModel",
       "The newest model.onnx",
       {},
       {onnx, kNone},
       [&](const HttpRequest& request) { return model_file(models, latest(models), request.head); }},
      {"GET",
       "/api/model/metadata",
       "getLatestMetadata",
       "The metadata of the newest model.onnx",
       {},
       {metadata, kNone},
       [&](const HttpRequest&) { return json_response(models.metadata(latest(models))); }},
      {"POST",
       "/api/model/upload",
       "uploadModel",
       "Upload a model.onnx or pipeline.onnx of this program",
       FormBody{"file", {"metadata"}},
       {ok("it is kept", "Uploaded"), {413, "too large"}, {422, "it is no such model"}, {507, "no room"}},
       [&](const HttpRequest& request) {
         const ModelEntry entry = models.upload(request);
         return json_response({{"message", "Model uploaded"}, {"name", entry.name}, {"url", to_json(entry)["url"]}});
       }},
  };
}

std::vector<Route> audio_routes(AudioStore& audio) {
  return {
      {"GET",
       "/api/audio",
       "listAudio",
       "The music that a training would read",
       {},
       {ok("the files", "Audio")},
       [&](const HttpRequest&) { return json_response(audio.list_json()); }},
      {"POST",
       "/api/audio/upload",
       "uploadAudio",
       "Upload music, several files in one form",
       FormBody{"files", {}},
       {ok("what was kept, and what was not", "AudioUpload"), {413, "too large"}, {507, "no room"}},
       [&](const HttpRequest& request) { return json_response(audio.upload(request)); }},
      {"GET",
       "/api/audio/{name}/file",
       "getAudioFile",
       "One file; ranges are honoured",
       {},
       {{200, "the file", "application/octet-stream", {}},
        {206, "a part of it", "application/octet-stream", {}},
        kNone},
       [&](const HttpRequest& request) {
         const std::string name = request.path_values.at("name");
         return file_response(audio.open(name), audio_type(name), request.head);
       }},
      {"DELETE",
       "/api/audio/{name}",
       "deleteAudio",
       "Delete an uploaded file",
       {},
       {ok("it is gone", "Deleted"), {403, "it was not uploaded"}, kNone},
       [&](const HttpRequest& request) {
         audio.remove(request.path_values.at("name"));
         return deleted();
       }},
  };
}

}  // namespace fractalsync::serve
