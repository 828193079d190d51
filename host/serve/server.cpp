#include "host/serve/server.h"

#include "host/serve/api.h"
#include "host/serve/web_files.h"

namespace fractalsync::serve {

struct Server::Parts {
  explicit Parts(const ServeOptions& given)
      : options(given),
        access(given.host, given.allowed_hosts, given.token),
        music(given.data_dir),
        training(given.training, music),
        models(given.training.model_dir, given.models),
        audio(music, given.audio),
        web(given.web_dir),
        router(access, [this](const RequestHead& head) { return web.respond(head); }),
        http([this](const RequestHead& head, const BodyReader& body) { return router.handle(head, body); },
             given.http) {
    router.add({{"GET",
                 "/healthz",
                 "getHealth",
                 "Is the server there?",
                 {},
                 {{200, "it is", "application/json", schema_reference("Health")}},
                 [](const HttpRequest&) {
                   return json_response({{"status", "ok"}, {"version", FRACTALSYNC_VERSION}});
                 },
                 Admission::anyone},
                {"GET",
                 "/openapi.json",
                 "getDocument",
                 "This document",
                 {},
                 {{200, "the document", "application/json", {{"type", "object"}}}},
                 [this](const HttpRequest&) { return json_response(document()); },
                 Admission::anyone}});
    router.add(training_routes(training, options.training, streams, options.streams));
    router.add(run_routes(training, models));
    router.add(model_routes(models));
    router.add(audio_routes(audio));
  }

  Json document() const { return openapi(router.routes(), api_schemas(), FRACTALSYNC_VERSION); }

  ServeOptions options;
  Access access;
  MusicFolder music;
  Training training;
  ModelStore models;
  AudioStore audio;
  WebFiles web;
  std::atomic<int> streams{0};
  Router router;
  HttpServer http;
};

Server::Server(const ServeOptions& options) {
  if (!is_loopback(options.host) && options.token.empty())
    throw Error("others could reach '" + options.host + "': a server there needs a --token");
  parts_ = std::make_unique<Parts>(options);
}

Server::~Server() = default;

int Server::bind() { return parts_->http.bind(parts_->options.host, parts_->options.port); }
void Server::run() { parts_->http.run(); }

void Server::stop() {
  parts_->training.shut_down();
  parts_->http.stop();
}

const Router& Server::router() const { return parts_->router; }
Json Server::openapi_document() const { return parts_->document(); }

}  // namespace fractalsync::serve
