// What a request and its answer are, whatever library speaks HTTP: what the handlers see.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/check.h"
#include "host/io/descriptor.h"

namespace fractalsync::serve {

using Json = nlohmann::ordered_json;

/// An answer other than success: `what()` is the sentence that the client gets.
class HttpError : public Error {
 public:
  HttpError(int status, const std::string& detail) : Error(detail), status_(status) {}
  int status() const { return status_; }

 private:
  int status_;
};

/// The first line and the fields of a request, checked (request_head.h).
struct RequestHead {
  std::string method;
  std::string path;  ///< as sent, without the query: still percent-encoded
  std::string query;
  std::map<std::string, std::string> fields;  ///< names in lower case; each at most once
  bool chunked = false;
  std::int64_t content_length = 0;  ///< 0 when chunked
  bool keep_alive = true;

  std::string field(const std::string& name) const {
    const auto at = fields.find(name);
    return at == fields.end() ? "" : at->second;
  }
  bool has_body() const { return chunked || content_length > 0; }
};

/// Called with one piece of a body after another.
using BodySink = std::function<void(std::string_view)>;

struct HttpRequest {
  RequestHead head;
  std::map<std::string, std::string> path_values;  ///< of the route's {names}, decoded
  Json json;                                       ///< of a route that takes JSON
  /// Of a route that takes something else: reads the whole body, at most `limit` bytes. Throws HttpError when it is
  /// longer or breaks off.
  std::function<void(const BodySink&, std::int64_t limit)> read_body;
};

/// A stream of server-sent events writes through it; false once the client is gone or the server stops.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual bool write(std::string_view text) = 0;
  virtual bool open() const = 0;
};

struct HttpResponse {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string content_type = "application/json";
  std::string body;
  /// In place of `body`: an open file, of which `length` bytes from `offset` are sent.
  std::shared_ptr<Descriptor> file;
  std::int64_t offset = 0, length = 0;
  /// In place of both: runs until it returns.
  std::function<void(EventSink&)> events;
};

/// The text of it, on one line or indented by so many spaces. A file name need not be UTF-8; JSON must be.
inline std::string dumped(const Json& json, int indent = -1) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

inline HttpResponse json_response(const Json& json, int status = 200) {
  HttpResponse response;
  response.status = status;
  response.body = dumped(json);
  return response;
}

inline HttpResponse error_response(int status, const std::string& detail) {
  return json_response({{"detail", detail}}, status);
}

}  // namespace fractalsync::serve
