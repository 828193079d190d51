// Every endpoint, asked as clients ask it, and its answer held to the schema that /openapi.json shows.
#include <algorithm>

#include "host/io/atomic_file.h"
#include "host/serve/api.h"
#include "host/serve/schema.h"
#include "onnx_export/reader.h"
#include "serve/serving.h"
#include "support/sounds.h"

namespace fractalsync {
namespace {

using test::Client;
using test::Reply;
using Json = nlohmann::ordered_json;

class Contract : public test::Serving {
 protected:
  void SetUp() override {
    make_music();
    serve();
  }
  Reply get(const std::string& path, const test::Fields& fields = {}) {
    return test::request(port_, "GET", path, "", fields);
  }
  Reply remove(const std::string& path) { return test::request(port_, "DELETE", path); }
  Reply post(const std::string& path, const std::string& body) { return test::post_json(port_, path, body); }

  /// The answer has this status and is what the document's schema of that name says.
  static void expect_schema(const Reply& reply, const std::string& schema, int status = 200) {
    EXPECT_EQ(reply.status, status) << reply.body;
    const Json document = {{"components", {{"schemas", serve::api_schemas()}}}};
    EXPECT_EQ(serve::schema_mismatch(reply.json(), serve::schema_reference(schema.c_str()), "", document), "")
        << reply.body;
  }
  void train(const std::string& more = "") {
    ASSERT_EQ(post("/api/train/start", small_training(", \"epochs\": 2" + more)).status, 200);
    ASSERT_EQ(trained()["status"], "completed") << status().dump();
  }
};

TEST_F(Contract, TheOriginalsRequestsWorkUnchanged) {
  std::filesystem::rename(data(), folder_ / "elsewhere");
  stop();
  options_.data_dir = std::filesystem::relative(folder_ / "elsewhere");
  serve();
  // What curl sends for:  curl -X POST http://localhost:8000/api/train/start -H "Content-Type: application/json" -d
  // '...'
  const std::string body = R"({"data_dir": ")" + options_.data_dir.string() +
                           R"(", "epochs": 1, "batch_size": 32, "learning_rate": 0.0001, "window_frames": 10, )"
                           R"("include_delta": false, "include_delta_delta": false})";
  Client curl(port_);
  curl.send(
      "POST /api/train/start HTTP/1.1\r\nHost: localhost:8000\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n"
      "Content-Type: application/json\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body);
  const Reply started = curl.reply();
  EXPECT_EQ(started.status, 200) << started.body;
  EXPECT_EQ(started.json(), Json({{"message", "Training started"}, {"status", "training"}}));
  curl.send("GET /api/train/status HTTP/1.1\r\nHost: localhost:8000\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n");
  const Json status = curl.reply().json();
  EXPECT_EQ(status["status"], "training");
  for (const char* field : {"progress", "current_epoch", "total_epochs", "loss_history", "error"})
    EXPECT_TRUE(status.contains(field)) << field;
  EXPECT_EQ(status["total_epochs"], 1);
  const Reply second = post("/api/train/start", body);
  EXPECT_EQ(second.status, 400);
  EXPECT_EQ(second.detail(), "Training is already in progress");
  EXPECT_EQ(post("/api/train/stop", "{}").status, 200);
  trained();
}

TEST_F(Contract, ATrainingFromStartToModels) {
  expect_schema(get("/api/train/status"), "Status");
  EXPECT_EQ(status()["status"], "idle");
  EXPECT_EQ(get("/api/train/preview/pipeline.onnx").status, 404);
  EXPECT_EQ(get("/api/model/latest").status, 404);
  train();
  const Reply done = get("/api/train/status");
  expect_schema(done, "Status");
  const Json status = done.json();
  EXPECT_EQ(status["progress"], 1.0);
  EXPECT_EQ(status["current_epoch"], 2);
  ASSERT_EQ(status["loss_history"].size(), 2u);
  EXPECT_TRUE(status["loss_history"][1]["timbre_color_loss"].is_number());
  EXPECT_EQ(status["music"]["files"], 3);
  EXPECT_TRUE(status["held_out"]["overall"]["hard"].contains("centroid_hue"));
  ASSERT_FALSE(status["judgements"].empty());
  EXPECT_EQ(status["resumable"], nullptr);

  const Reply preview = get("/api/train/preview/pipeline.onnx");
  EXPECT_EQ(preview.status, 200);
  EXPECT_NO_THROW(read_model(preview.body));
  EXPECT_EQ(get("/api/train/preview/pipeline.onnx", {{"If-None-Match", preview.fields.at("etag")}}).status, 304);

  const Reply models = get("/api/models");
  expect_schema(models, "Models");
  const Json list = models.json()["models"];
  ASSERT_EQ(list.size(), 2u);
  for (const Json& entry : list) {
    const std::string name = entry["name"];
    expect_schema(get("/api/models/" + name), "Model");
    const Reply file = get(entry["url"].get<std::string>());
    EXPECT_EQ(file.body.size(), entry["bytes"].get<std::size_t>());
    EXPECT_EQ(read_model(file.body).outputs.size(), entry["kind"] == "pipeline" ? 4u : 1u);
    EXPECT_EQ(get("/api/models/" + name + "/metadata").json()["normalization"], "in_graph");
    EXPECT_EQ(entry["epoch"].is_number_integer(), true);
  }
  const Reply latest = get("/api/model/latest");
  EXPECT_NE(latest.fields.at("content-disposition").find("-model.onnx"), std::string::npos);
  EXPECT_EQ(read_model(latest.body).inputs[0].name, "audio_features");
  EXPECT_EQ(get("/api/model/metadata").json()["output_dim"], 7);

  const Reply runs = get("/api/train/runs");
  expect_schema(runs, "Runs");
  ASSERT_EQ(runs.json()["runs"].size(), 1u);
  const Json run = runs.json()["runs"][0];
  EXPECT_EQ(run["status"], "completed");
  EXPECT_EQ(run["models"].size(), 2u);
  const std::string path = "/api/train/runs/" + run["run"].get<std::string>();
  expect_schema(get(path), "Run");
  EXPECT_EQ(get(path).json()["loss_history"], status["loss_history"]);
  EXPECT_EQ(run["report"], path + "/report");
  const Reply report = get(path + "/report");
  EXPECT_EQ(report.status, 200);
  EXPECT_EQ(report.fields.at("content-type"), "text/html; charset=utf-8");
  EXPECT_NE(report.fields.at("content-disposition").find("-report.html"), std::string::npos);
  EXPECT_TRUE(report.body.starts_with("<!DOCTYPE html>"));
  EXPECT_NE(report.body.find("Where c goes"), std::string::npos);
  EXPECT_EQ(get(path).json()["held_out"], status["held_out"]);
  expect_schema(remove(path), "Deleted");
  EXPECT_EQ(get(path).status, 404);
  EXPECT_EQ(get(path + "/report").status, 404);
  EXPECT_EQ(get("/api/models").json()["models"].size(), 2u) << "the models of a run stay";
  expect_schema(remove("/api/models/" + list[0]["name"].get<std::string>()), "Deleted");
  EXPECT_EQ(get("/api/models").json()["models"].size(), 1u);
}

TEST_F(Contract, StopThenResumeCompletes) {
  EXPECT_EQ(post("/api/train/stop", "").status, 409);
  EXPECT_EQ(post("/api/train/resume", "{}").status, 409);
  ASSERT_EQ(post("/api/train/start", small_training(", \"epochs\": 3000")).status, 200);
  while (status()["done_steps"] == 0) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  const std::string run = status()["run"];
  EXPECT_EQ(remove("/api/train/runs/" + run).status, 409);
  const Reply stopping = post("/api/train/stop", "{}");
  EXPECT_EQ(stopping.json()["status"], "stopping");
  const Json stopped = trained();
  EXPECT_EQ(stopped["status"], "stopped");
  EXPECT_EQ(stopped["resumable"]["run"], run);
  expect_schema(post("/api/train/resume", "{}"), "Message");
  EXPECT_EQ(status()["run"], run);
  while (status()["done_steps"] <= stopped["done_steps"]) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(post("/api/train/stop", "").status, 200) << "no body is as good as {}";
  EXPECT_EQ(trained()["status"], "stopped");
}

TEST_F(Contract, OptionsAreThoseThatStartTakes) {
  const Reply options = get("/api/train/options");
  expect_schema(options, "Options");
  const Json listed = options.json()["options"];
  Json all = {{"data_dir", "audio"}};
  for (const Json& option : listed) all[option["name"].get<std::string>()] = option["default"];
  EXPECT_GE(all.size(), 26u);
  EXPECT_EQ(all["epochs"], 100);
  EXPECT_EQ(all["formulation"], "atlas");
  EXPECT_EQ(all["weight_smoothness"], 0.83) << "a decimal as it was written";
  ASSERT_EQ(post("/api/train/start", all.dump()).status, 200);
  post("/api/train/stop", "");
  trained();
  for (const Json& option : listed) {
    if (!option.contains("maximum") || option["type"] == "integers") continue;
    const std::string name = option["name"];
    for (const double off : {option["maximum"].get<double>() * 2 + 1, option["minimum"].get<double>() - 1}) {
      const Reply refused = post("/api/train/start", Json({{"data_dir", "audio"}, {name, off}}).dump());
      EXPECT_EQ(refused.status, 422) << name;
      EXPECT_NE(refused.detail().find("'" + name + "'"), std::string::npos) << refused.detail();
    }
  }
}

TEST_F(Contract, StartSaysWhatIsWrong) {
  const std::pair<const char*, const char*> wrong[] = {
      {R"({})", "'data_dir' is missing"},
      {R"([])", "the body must be an object"},
      {R"({"data_dir": 5})", "'data_dir' must be a string"},
      {R"({"data_dir": "audio", "epochs": "many"})", "'epochs' must be an integer from 1 to 1000000"},
      {R"({"data_dir": "audio", "epochs": 1.5})", "'epochs' must be an integer from 1 to 1000000"},
      {R"({"data_dir": "audio", "epoch": 1})", "there is no 'epoch'"},
      {R"({"data_dir": "audio", "image": "X"})", "'image' must be one of V, Q, W"},
      {R"({"data_dir": "audio", "formulation": "round"})", "'formulation' must be one of plain, atlas"},
      {R"({"data_dir": "audio", "weight_dull": 1})",
       "'weight_dull' is for the plain formulation; leave it out, or choose that one"},
      {R"({"data_dir": "audio", "image_side": 9})", "'image_side' must be even, not 9"},
      {R"({"data_dir": "audio", "image": "Q", "iterations": 91})", "'iterations' image Q takes at most 90"},
      {R"({"data_dir": "nowhere"})", "'data_dir' must be the server's music folder 'audio' or a folder below it"},
  };
  for (const auto& [body, detail] : wrong) {
    const Reply reply = post("/api/train/start", body);
    EXPECT_EQ(reply.status, 422) << body;
    EXPECT_EQ(reply.detail(), detail);
  }
  EXPECT_EQ(get("/api/train/runs").json()["runs"].size(), 0u) << "a refused start leaves no run";
  EXPECT_EQ(test::request(port_, "POST", "/api/train/start", "{}", {{"Content-Type", "text/plain"}}).status, 415);
}

TEST_F(Contract, ATrainingThatFailsSaysWhyWithoutPaths) {
  std::filesystem::create_directories(data() / "empty");
  ASSERT_EQ(post("/api/train/start", R"({"data_dir": "empty"})").status, 200);
  const Json failed = trained();
  EXPECT_EQ(failed["status"], "error");
  const std::string error = failed["error"];
  EXPECT_EQ(error.find(folder_.path().string()), std::string::npos) << error;
  EXPECT_NE(error.find("there is no audio in 'audio/empty'"), std::string::npos) << error;
}

TEST_F(Contract, EventsBeginWithAllAndFollowTheTraining) {
  Client stream(port_);
  stream.send("GET /api/train/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const auto until = [](const char* text) {
    return [text](const std::string& got) { return got.find(text) != std::string::npos; };
  };
  const std::string first = stream.receive(std::chrono::seconds(60), until("\n\n"));
  EXPECT_NE(first.find("text/event-stream"), std::string::npos);
  EXPECT_NE(first.find("event: status\ndata: {\"status\":\"idle\""), std::string::npos);
  EXPECT_NE(first.find("\"loss_history\":[]"), std::string::npos);
  train();
  const std::string all = stream.receive(std::chrono::seconds(120), until("\"status\":\"completed\""));
  EXPECT_NE(all.find("\"loss_history\":[{\"epoch\":1"), std::string::npos);
  EXPECT_NE(all.find("\"status\":\"completed\""), std::string::npos);
  std::thread stopping([this] { stop(); });
  const std::string ended = stream.receive(std::chrono::seconds(60), [](const std::string&) { return false; });
  stopping.join();
  EXPECT_TRUE(ended.ends_with("0\r\n\r\n")) << "a server that stops finishes its streams";
}

TEST_F(Contract, AudioIsUploadedListedPlayedAndDeleted) {
  test::write_sound(folder_ / "a.flac", test::SoundFormat::flac_int16, 44100, 2, test::sines(440, 44100, 2, 44100));
  test::write_sound(folder_ / "b.mp3", test::SoundFormat::mp3, 44100, 1, test::sines(440, 44100, 1, 44100));
  const std::string flac = read_file(folder_ / "a.flac");
  const Reply uploaded = test::post_form(port_, "/api/audio/upload",
                                         {{"files", "my \u00f6 song.flac", flac},
                                          {"file", "b.mp3", read_file(folder_ / "b.mp3")},
                                          {"files", "page.wav", "<html>no sound</html>"}});
  expect_schema(uploaded, "AudioUpload");
  const Json kept = uploaded.json()["uploaded"];
  ASSERT_EQ(kept.size(), 2u) << uploaded.body;
  EXPECT_EQ(kept[0]["original_name"], "my \u00f6 song.flac");
  EXPECT_NEAR(kept[0]["seconds"].get<double>(), 1, 1e-9);
  EXPECT_TRUE(kept[0]["name"].get<std::string>().ends_with(".flac"));
  EXPECT_TRUE(kept[1]["name"].get<std::string>().ends_with(".mp3"));
  ASSERT_EQ(uploaded.json()["rejected"].size(), 1u);
  EXPECT_EQ(uploaded.json()["rejected"][0]["original_name"], "page.wav");
  EXPECT_EQ(uploaded.json()["rejected"][0]["reason"].get<std::string>().find(folder_.path().string()),
            std::string::npos);

  const Reply audio = get("/api/audio");
  expect_schema(audio, "Audio");
  const Json files = audio.json()["files"];
  ASSERT_EQ(files.size(), 5u);
  EXPECT_EQ(files[0]["name"], "0.wav");
  EXPECT_NEAR(files[0]["seconds"].get<double>(), 4, 1e-9);
  EXPECT_EQ(files[3]["sample_rate"], 44100);
  EXPECT_EQ(files[3]["uploaded"], true);
  std::string name = kept[0]["name"];
  name.replace(name.find('/'), 1, "%2F");
  const Reply whole = get("/api/audio/" + name + "/file");
  EXPECT_EQ(whole.body, flac);
  EXPECT_EQ(whole.fields.at("content-type"), "audio/flac");
  for (const auto& [range, from, count] :
       {std::tuple("bytes=2-5", 2, 4), std::tuple("bytes=-3", int(flac.size()) - 3, 3)}) {
    const Reply part = get("/api/audio/" + name + "/file", {{"Range", range}});
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.body, flac.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(count)));
  }
  EXPECT_EQ(get("/api/audio/" + name + "/file", {{"Range", "bytes=99999999-"}}).status, 416);
  EXPECT_EQ(get("/api/audio/" + name + "/file", {{"Range", "bytes=0-1,3-4"}}).status, 200)
      << "several ranges are ignored";
  EXPECT_EQ(remove("/api/audio/0.wav").status, 403) << "not ours to delete";
  expect_schema(remove("/api/audio/" + name), "Deleted");
  EXPECT_EQ(remove("/api/audio/" + name).status, 404);
  EXPECT_EQ(get("/api/audio").json()["files"].size(), 4u);
}

TEST_F(Contract, ModelsAreUploadedWhenTheyAreModels) {
  train();
  const std::string model = get("/api/model/latest").body;
  const Reply kept = test::post_form(port_, "/api/model/upload", {{"file", "mine.onnx", model}});
  expect_schema(kept, "Uploaded");
  const Json entry = get("/api/models/" + kept.json()["name"].get<std::string>()).json();
  EXPECT_EQ(entry["origin"], "upload");
  EXPECT_EQ(entry["kind"], "model");
  EXPECT_EQ(entry["metadata"]["window_frames"], 10) << "from the model itself";
  const Reply told = test::post_form(port_, "/api/model/upload",
                                     {{"file", "mine.onnx", model}, {"metadata", "m.json", R"({"by": "me"})"}});
  EXPECT_EQ(get("/api/models/" + told.json()["name"].get<std::string>() + "/metadata").json(), Json({{"by", "me"}}));
  EXPECT_EQ(get("/api/model/latest").body, model);

  std::string cut = model.substr(0, model.size() / 2), other = model;
  other.replace(other.find("audio_features"), 14, "other_features");
  for (const std::string& bad : {std::string("not a model"), std::string(), cut, other}) {
    const Reply refused = test::post_form(port_, "/api/model/upload", {{"file", "bad.onnx", bad}});
    EXPECT_EQ(refused.status, 422) << refused.body;
  }
  EXPECT_EQ(test::post_form(port_, "/api/model/upload", {{"files", "a", model}}).status, 422);
  EXPECT_EQ(test::post_form(port_, "/api/model/upload", {{"file", "a", model}, {"metadata", "b", "[]"}}).status, 422);
  EXPECT_EQ(get("/api/models").json()["models"].size(), 4u) << "nothing of that was kept";
}

TEST_F(Contract, TheDocumentIsTheTableOfRoutes) {
  expect_schema(get("/healthz"), "Health");
  const Json document = get("/openapi.json").json();
  EXPECT_EQ(document["openapi"], "3.1.0");
  std::size_t operations = 0;
  for (const auto& [path, methods] : document["paths"].items()) operations += methods.size();
  EXPECT_EQ(operations, server_->router().routes().size());
  // Everything that is referred to is there.
  const std::string text = document.dump();
  for (std::size_t at = 0; (at = text.find("#/components/schemas/", at)) != std::string::npos; ++at) {
    const std::string name = text.substr(at + 21, text.find('"', at) - at - 21);
    EXPECT_TRUE(document["components"]["schemas"].contains(name)) << name;
  }
  const Json start =
      document["paths"]["/api/train/start"]["post"]["requestBody"]["content"]["application/json"]["schema"];
  EXPECT_EQ(start["properties"].size(), get("/api/train/options").json()["options"].size() + 1);
  const Reply wrong = test::request(port_, "DELETE", "/api/train/status");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.fields.at("allow"), "GET");
}

TEST_F(Contract, TheAppIsServedAndNothingElse) {
  EXPECT_NE(get("/").body.find("scripts/build-web"), std::string::npos) << "it is not built here";
  const std::filesystem::path web = folder_ / "web";
  std::filesystem::create_directories(web / "assets");
  write_file_atomically(web / "index.html", "<!doctype html>the app");
  write_file_atomically(web / "assets/app-1234.js", "let x");
  write_file_atomically(web / ".secret", "no");
  write_file_atomically(folder_ / "outside.html", "no");
  std::filesystem::create_symlink(folder_ / "outside.html", web / "link.html");
  stop();
  options_.web_dir = web;
  serve();
  const Reply page = get("/");
  EXPECT_EQ(page.body, "<!doctype html>the app");
  EXPECT_EQ(page.fields.at("content-type"), "text/html; charset=utf-8");
  EXPECT_NE(page.fields.at("content-security-policy").find("script-src 'self' 'wasm-unsafe-eval'"), std::string::npos);
  EXPECT_EQ(get("/", {{"If-None-Match", page.fields.at("etag")}}).status, 304);
  EXPECT_NE(get("/assets/app-1234.js").fields.at("cache-control").find("immutable"), std::string::npos);
  for (const char* path : {"/.secret", "/link.html", "/../outside.html", "/%2e%2e/outside.html",
                           "/assets/..%2f..%2foutside.html", "/assets", "/assets/", "//index.html", "/nothing.js"})
    EXPECT_EQ(get(path).status, 404) << path;
}

}  // namespace
}  // namespace fractalsync
