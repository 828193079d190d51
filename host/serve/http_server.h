// Speaks HTTP: cpp-httplib listens and writes the answers; what comes in passes our own gate first, since the library
// (0.11) takes header lines of any length, reads a body of any length to its end before it refuses it, unpacks
// compressed bodies without a bound, and waits for a client that drips bytes for as long as it drips.
//
//   socket -> Connection (time) -> parse_request_head (form) -> handler -> read_body (size) -> answer by the library
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "host/serve/connection.h"
#include "host/serve/http.h"

namespace fractalsync::serve {

/// The body of a request, for a handler that wants it: read at most once, at most `limit` bytes.
using BodyReader = std::function<void(std::int64_t limit, const BodySink& sink)>;
/// Called by many threads at once. What it throws becomes an answer: an HttpError as it says, anything else 500.
using Handler = std::function<HttpResponse(const RequestHead& head, const BodyReader& body)>;

struct HttpLimits {
  int connections = 192;  ///< at a time, each with a thread; the next ones are refused with 429
  Patience patience;
  std::chrono::milliseconds farewell{5000};  ///< for open answers, when the server stops
};

class HttpServer {
 public:
  HttpServer(Handler handler, const HttpLimits& limits);
  ~HttpServer();

  /// Takes the port (0: any free one) and returns it. Throws Error when it cannot be had.
  int bind(const std::string& host, int port);
  /// Serves until `stop`; returns when the last answer is finished or given up.
  void run();
  /// From another thread. Idle connections end, open answers get their time, event streams see a closed sink.
  void stop();

 private:
  class Gate;
  std::unique_ptr<Gate> gate_;
};

}  // namespace fractalsync::serve
