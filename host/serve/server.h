// `fractalsync serve` without its command line: training, models and music behind the HTTP API, and the browser app.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/serve/audio_store.h"
#include "host/serve/http_server.h"
#include "host/serve/model_store.h"
#include "host/serve/router.h"
#include "host/serve/training.h"

namespace fractalsync::serve {

struct ServeOptions {
  std::string host = "127.0.0.1";
  int port = 8000;
  std::string token;                       ///< empty: none, which only a loopback host may have
  std::vector<std::string> allowed_hosts;  ///< names that the server is known by besides its address
  std::filesystem::path data_dir = "data/audio";
  std::filesystem::path web_dir;
  TrainingSetup training;
  HttpLimits http;
  AudioLimits audio;
  ModelLimits models;
  int streams = 96;  ///< event streams at a time
};

class Server {
 public:
  /// Throws Error when a folder cannot be used, or when a host that others can reach is asked for without a token.
  explicit Server(const ServeOptions& options);
  ~Server();

  /// Takes the port; returns it.
  int bind();
  /// Serves until `stop`.
  void run();
  /// From another thread, once: the job saves and ends, event streams end, open answers are finished.
  void stop();

  const Router& router() const;
  Json openapi_document() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace fractalsync::serve
