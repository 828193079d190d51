// The table of routes: what a request to each may hold, what it answers, and who does it. Requests are checked against
// it, and /openapi.json is made of it.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "host/serve/access.h"
#include "host/serve/http_server.h"

namespace fractalsync::serve {

struct JsonBody {
  Json schema;
  bool optional = false;  ///< no body counts as {}
};
struct FormBody {
  std::string files;  ///< name of the parts that are files
  std::vector<std::string> others;
};
using RouteBody = std::variant<std::monostate, JsonBody, FormBody>;

struct Answer {
  int status;
  std::string meaning;
  std::string content_type = "application/json";
  Json schema = Json::object();
};

enum class Admission { token, anyone };

struct Route {
  std::string method;
  std::string path;  ///< with {names}
  std::string id;    ///< OpenAPI's operationId
  std::string summary;
  RouteBody body;
  std::vector<Answer> answers;  ///< the errors that every route can have go without saying
  std::function<HttpResponse(const HttpRequest&)> handler;
  Admission admission = Admission::token;
};

inline constexpr std::int64_t kLargestJson = 65536;

class Router {
 public:
  /// `fallback` answers GET and HEAD outside of /api/ where no route does.
  Router(const Access& access, std::function<HttpResponse(const RequestHead&)> fallback)
      : access_(access), fallback_(std::move(fallback)) {}

  void add(std::vector<Route> routes);
  const std::vector<Route>& routes() const { return routes_; }

  /// What the HTTP server calls.
  HttpResponse handle(const RequestHead& head, const BodyReader& body) const;

 private:
  HttpResponse dispatch(const RequestHead& head, const BodyReader& body) const;
  HttpResponse run(const Route& route, HttpRequest& request, const BodyReader& body) const;

  const Access& access_;
  std::function<HttpResponse(const RequestHead&)> fallback_;
  std::vector<Route> routes_;
};

/// OpenAPI 3.1 of the routes. `schemas`: what they refer to as #/components/schemas/NAME.
Json openapi(const std::vector<Route>& routes, const Json& schemas, const std::string& version);

}  // namespace fractalsync::serve
