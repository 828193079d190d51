// Starting, watching and stopping the training.
#include "host/serve/api.h"
#include "host/serve/option_json.h"
#include "host/serve/slot.h"
#include "host/serve/storage.h"

namespace fractalsync::serve {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

/// Between two events of a stream. Longer than the pause of the job's own news, so that a stream wakes once for each.
constexpr auto kEventPause = 250ms;
constexpr auto kLookForClient = 1s;  ///< how often a stream looks whether its client is still there
constexpr auto kHeartbeat = 15s;

HttpResponse message(const std::string& text, const std::string& status) {
  return json_response({{"message", text}, {"status", status}});
}

void stream_status(const StatusBoard& board, EventSink& sink) {
  std::uint64_t version = 0, lists = 0;
  for (auto last = steady_clock::now() - kHeartbeat; sink.open();) {
    const StatusBoard::Texts now = board.texts();
    if (now.version != version) {
      const std::string& data = now.lists != lists ? *now.whole : *now.brief;
      if (!sink.write("event: status\ndata: " + data + "\n\n")) return;
      version = now.version;
      lists = now.lists;
      last = steady_clock::now();
      std::this_thread::sleep_for(kEventPause);
    } else if (steady_clock::now() - last >= kHeartbeat) {
      if (!sink.write(": still here\n\n")) return;
      last = steady_clock::now();
    }
    board.wait(version, kLookForClient);
  }
}

HttpResponse preview_response(const Training& training, const RequestHead& head) {
  std::optional<Preview> preview = training.preview();
  if (!preview) throw HttpError(404, "there is no network yet; the first comes with the first judgement");
  const std::string tag = "\"" + std::to_string(preview->step) + "\"";
  HttpResponse response;
  if (head.field("if-none-match") == tag)
    response.status = 304;
  else
    response = file_response(std::move(preview->file), "application/octet-stream", head);
  response.fields.emplace_back("ETag", tag);
  response.fields.emplace_back("Cache-Control", "no-cache");
  return response;
}

}  // namespace

std::vector<Route> training_routes(Training& training, const TrainingSetup& setup, std::atomic<int>& streams,
                                   int most_streams) {
  const Answer started{200, "it runs", "application/json", schema_reference("Message")};
  const Answer running{400, "a training runs already"};
  const JsonBody nothing{{{"type", "object"}, {"additionalProperties", false}}, true};
  const StatusBoard& board = training.board();
  return {
      {"GET",
       "/api/train/options",
       "listOptions",
       "The options of a training, with their ranges and defaults",
       {},
       {{200, "the options", "application/json", schema_reference("Options")}},
       [seed = setup.seed](const HttpRequest&) {
         return json_response({{"options", list_options(seed)}});
       }},
      {"POST",
       "/api/train/start",
       "startTraining",
       "Start a training",
       JsonBody{start_schema(setup.seed)},
       {started, running, {422, "a value that cannot be"}},
       [&training](const HttpRequest& request) {
         training.start(request.json);
         return message("Training started", "training");
       }},
      {"POST",
       "/api/train/resume",
       "resumeTraining",
       "Continue the training that broke off",
       nothing,
       {started, running, {409, "there is nothing to continue"}},
       [&training](const HttpRequest&) {
         training.resume();
         return message("Training continues", "training");
       }},
      {"POST",
       "/api/train/stop",
       "stopTraining",
       "Stop at the next step; what is saved can be resumed",
       nothing,
       {{200, "it stops", "application/json", schema_reference("Message")}, {409, "no training runs"}},
       [&training](const HttpRequest&) {
         training.stop();
         return message("Training stops at the next step", "stopping");
       }},
      {"GET",
       "/api/train/status",
       "getStatus",
       "How far it is",
       {},
       {{200, "the status", "application/json", schema_reference("Status")}},
       [&board](const HttpRequest&) {
         HttpResponse response;
         response.body = *board.texts().whole;
         return response;
       }},
      {"GET",
       "/api/train/events",
       "streamStatus",
       "The status as server-sent events: at once, then with every change; loss_history and judgements only where they "
       "changed",
       {},
       {{200, "a stream of `status` events", "text/event-stream", {}}, {429, "too many streams"}},
       [&board, &streams, most_streams](const HttpRequest& request) {
         HttpResponse response;
         response.content_type = "text/event-stream";
         response.fields.emplace_back("Cache-Control", "no-store, no-transform");
         if (request.head.method == "HEAD") return response;
         const auto slot =
             std::make_shared<Slot>(streams, most_streams, "too many event streams; ask for the status instead");
         response.events = [slot, &board](EventSink& sink) { stream_status(board, sink); };
         return response;
       }},
      {"GET",
       "/api/train/preview/pipeline.onnx",
       "getPreview",
       "The best network of the run so far; its ETag is the step",
       {},
       {{200, "pipeline.onnx", "application/octet-stream", {}}, {404, "there is none yet"}},
       [&training](const HttpRequest& request) { return preview_response(training, request.head); }},
  };
}

}  // namespace fractalsync::serve
