#include "host/serve/router.h"

#include "host/serve/request_head.h"
#include "host/serve/schema.h"

namespace fractalsync::serve {
namespace {

constexpr std::size_t kLongestPathValue = 1024;

bool is_variable(const std::string& part) { return part.starts_with('{'); }

/// Does the path fit the route's? Sets the values of its {names}.
bool fits_route(const std::vector<std::string>& pattern, const std::vector<std::string>& path,
                std::map<std::string, std::string>& values) {
  if (pattern.size() != path.size()) return false;
  values.clear();
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (is_variable(pattern[i])) {
      if (path[i].empty() || path[i].size() > kLongestPathValue) return false;
      values[pattern[i].substr(1, pattern[i].size() - 2)] = path[i];
    } else if (pattern[i] != path[i]) {
      return false;
    }
  }
  return true;
}

bool is_json(std::string type) {
  type = type.substr(0, type.find(';'));
  while (!type.empty() && type.back() == ' ') type.pop_back();
  return lowered(type) == "application/json";
}

Json read_json(const JsonBody& wanted, const RequestHead& head, const BodyReader& body) {
  std::string text;
  // A page of another origin can send a form or plain text without asking, but not this type.
  if (head.has_body() && !is_json(head.field("content-type")))
    throw HttpError(415, "this takes JSON (Content-Type: application/json)");
  if (head.has_body()) body(kLargestJson, [&](std::string_view piece) { text += piece; });
  if (text.empty() && wanted.optional) return Json::object();
  Json json = parse_json(text);
  const std::string why = schema_mismatch(json, wanted.schema, "");
  if (!why.empty()) throw HttpError(422, why);
  return json;
}

}  // namespace

void Router::add(std::vector<Route> routes) {
  for (Route& route : routes) routes_.push_back(std::move(route));
}

HttpResponse Router::handle(const RequestHead& head, const BodyReader& body) const {
  HttpResponse response;
  try {
    response = dispatch(head, body);
  } catch (const HttpError& error) {
    response = error_response(error.status(), error.what());
    if (error.status() == 401) response.fields.emplace_back("WWW-Authenticate", "Bearer");
  }
  bool cached = false;
  for (const auto& [name, value] : response.fields) cached = cached || name == "Cache-Control";
  if (!cached) response.fields.emplace_back("Cache-Control", "no-store");
  for (auto& field : security_fields()) response.fields.push_back(std::move(field));
  // By this the app knows that it comes from this server and not from somebody's static files.
  response.fields.emplace_back("FractalSync-Version", FRACTALSYNC_VERSION);
  return response;
}

HttpResponse Router::dispatch(const RequestHead& head, const BodyReader& body) const {
  access_.check_source(head);
  const std::vector<std::string> path = split_path(head.path);
  HttpRequest request;
  request.head = head;
  std::string allowed;
  for (const Route& route : routes_) {
    if (!fits_route(split_path(route.path), path, request.path_values)) continue;
    const bool wanted = route.method == head.method || (route.method == "GET" && head.method == "HEAD");
    if (!wanted) {
      allowed += (allowed.empty() ? "" : ", ") + route.method;
      continue;
    }
    if (route.admission == Admission::token) access_.check_token(head);
    return run(route, request, body);
  }
  if (!allowed.empty()) {
    HttpResponse response = error_response(405, "this address takes " + allowed);
    response.fields.emplace_back("Allow", allowed);
    return response;
  }
  if (!head.path.starts_with("/api/") && (head.method == "GET" || head.method == "HEAD")) return fallback_(head);
  throw HttpError(404, "there is nothing at this address");
}

HttpResponse Router::run(const Route& route, HttpRequest& request, const BodyReader& body) const {
  if (const JsonBody* json = std::get_if<JsonBody>(&route.body))
    request.json = read_json(*json, request.head, body);
  else if (std::holds_alternative<FormBody>(route.body))
    request.read_body = [&body](const BodySink& sink, std::int64_t limit) { body(limit, sink); };
  return route.handler(request);
}

}  // namespace fractalsync::serve
