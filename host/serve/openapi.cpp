// The table of routes as an OpenAPI 3.1 document.
#include "host/serve/request_head.h"
#include "host/serve/router.h"

namespace fractalsync::serve {
namespace {

Json media_type(const std::string& type, const Json& schema) {
  Json media = Json::object();
  if (!schema.empty()) media["schema"] = schema;
  return {{type, media}};
}

Json error_answer(const std::string& meaning) {
  return {{"description", meaning},
          {"content", media_type("application/json", {{"$ref", "#/components/schemas/Error"}})}};
}

Json form_schema(const FormBody& form) {
  Json properties;
  const Json file = {{"type", "string"}, {"format", "binary"}};
  properties[form.files] = {{"type", "array"}, {"items", file}};
  for (const std::string& other : form.others) properties[other] = file;
  return {{"type", "object"}, {"properties", properties}, {"required", Json::array({form.files})}};
}

Json operation(const Route& route) {
  Json json = {{"operationId", route.id}, {"summary", route.summary}};
  Json parameters = Json::array();
  for (std::size_t at = route.path.find('{'); at != std::string::npos; at = route.path.find('{', at + 1)) {
    const std::string name = route.path.substr(at + 1, route.path.find('}', at) - at - 1);
    parameters.push_back({{"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
  }
  if (!parameters.empty()) json["parameters"] = parameters;
  if (const JsonBody* body = std::get_if<JsonBody>(&route.body))
    json["requestBody"] = {{"required", !body->optional}, {"content", media_type("application/json", body->schema)}};
  if (const FormBody* body = std::get_if<FormBody>(&route.body))
    json["requestBody"] = {{"required", true}, {"content", media_type("multipart/form-data", form_schema(*body))}};
  Json& responses = json["responses"];
  for (const Answer& answer : route.answers)
    responses[std::to_string(answer.status)] =
        answer.status >= 400
            ? error_answer(answer.meaning)
            : Json{{"description", answer.meaning}, {"content", media_type(answer.content_type, answer.schema)}};
  if (route.admission == Admission::token)
    responses["401"] = error_answer("the server has a token, and it is not this");
  responses["default"] = error_answer("any other error");
  if (route.admission == Admission::anyone) json["security"] = Json::array();
  return json;
}

}  // namespace

Json openapi(const std::vector<Route>& routes, const Json& schemas, const std::string& version) {
  Json document = {
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "FractalSync"},
        {"version", version},
        {"description",
         "Training, models and music of one fractalsync server. Errors are {\"detail\": \"sentence\"} with a 4xx or "
         "5xx "
         "status: 400 malformed, 401 token, 403 Host or Origin, 404, 405, 413 and 507 too large, 415 type of the body, "
         "422 values, 429 too many connections or streams."}}},
      {"paths", Json::object()},
      {"components",
       {{"schemas", schemas}, {"securitySchemes", {{"token", {{"type", "http"}, {"scheme", "bearer"}}}}}}},
      {"security", Json::array({Json{{"token", Json::array()}}})}};
  for (const Route& route : routes) {
    document["paths"][route.path][lowered(route.method)] = operation(route);
  }
  return document;
}

}  // namespace fractalsync::serve
