#include "host/serve/schema.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace fractalsync::serve {
namespace {

bool is_integer(const Json& value) {
  if (value.is_number_integer()) return true;
  return value.is_number_float() && std::nearbyint(value.get<double>()) == value.get<double>();
}

bool has_type(const Json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "integer") return is_integer(value);
  if (type == "number") return value.is_number();
  return type == "null" && value.is_null();
}

/// "a number from 0 to 0.9", "one of V, Q", "true or false", ...
std::string wanted(const Json& schema) {
  if (schema.contains("enum")) {
    std::string words;
    for (const Json& word : schema["enum"])
      words += (words.empty() ? "" : ", ") + (word.is_string() ? word.get<std::string>() : word.dump());
    return "one of " + words;
  }
  const Json type = schema.value("type", Json("value"));
  std::string kind = type.is_string() ? type.get<std::string>() : type.dump();
  if (kind == "boolean") return "true or false";
  if (kind == "array") {
    std::string items = "a list";
    if (schema.contains("maxItems")) items += " of at most " + schema["maxItems"].dump();
    return items + (schema.contains("items") ? ", each " + wanted(schema["items"]) : "");
  }
  if (schema.contains("minimum") && schema.contains("maximum"))
    kind += " from " + schema["minimum"].dump() + " to " + schema["maximum"].dump();
  return (kind[0] == 'i' || kind[0] == 'o' ? "an " : "a ") + kind;
}

bool fits_alone(const Json& value, const Json& schema) {
  if (schema.contains("type")) {
    const Json& type = schema["type"];
    const bool good = type.is_string() ? has_type(value, type.get<std::string>())
                                       : std::any_of(type.begin(), type.end(), [&](const Json& one) {
                                           return has_type(value, one.get<std::string>());
                                         });
    if (!good) return false;
  }
  if (schema.contains("enum") && std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end())
    return false;
  if (value.is_number()) {
    const double number = value.get<double>();
    if (schema.contains("minimum") && !(number >= schema["minimum"].get<double>())) return false;
    if (schema.contains("maximum") && !(number <= schema["maximum"].get<double>())) return false;
  }
  if (value.is_string() && schema.contains("maxLength") &&
      value.get_ref<const std::string&>().size() > schema["maxLength"].get<std::size_t>())
    return false;
  if (value.is_array()) {
    if (schema.contains("minItems") && value.size() < schema["minItems"].get<std::size_t>()) return false;
    if (schema.contains("maxItems") && value.size() > schema["maxItems"].get<std::size_t>()) return false;
  }
  return true;
}

/// Names come from outside and go back into a sentence.
std::string shown(const std::string& name) { return name.size() <= 64 ? name : name.substr(0, 64) + "..."; }

std::string object_mismatch(const Json& value, const Json& schema, const std::string& name, const Json& document) {
  for (const Json& required : schema.value("required", Json::array()))
    if (!value.contains(required.get<std::string>())) return "'" + required.get<std::string>() + "' is missing";
  const Json properties = schema.value("properties", Json::object());
  const Json others = schema.value("additionalProperties", Json(true));
  for (const auto& [key, entry] : value.items()) {
    std::string why;
    if (properties.contains(key))
      why = schema_mismatch(entry, properties[key], key, document);
    else if (others == Json(false))
      why = "there is no '" + shown(key) + "'" + (name.empty() ? "" : " in " + name);
    else if (others.is_object())
      why = schema_mismatch(entry, others, shown(key), document);
    if (!why.empty()) return why;
  }
  return "";
}

}  // namespace

Json parse_json(const std::string& text) {
  std::vector<std::set<std::string>> names;
  const auto check = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > kDeepestJson) throw HttpError(422, "the JSON is nested too deeply");
    if (event == Json::parse_event_t::object_start) names.emplace_back();
    if (event == Json::parse_event_t::object_end) names.pop_back();
    if (event == Json::parse_event_t::key && !names.back().insert(parsed.get<std::string>()).second)
      throw HttpError(422, "a name stands twice in one JSON object");
    return true;
  };
  try {
    return Json::parse(text, check);
  } catch (const Json::exception&) {
    throw HttpError(422, "the body is not valid JSON");
  }
}

std::string schema_mismatch(const Json& value, const Json& schema, const std::string& name, const Json& document) {
  if (schema.contains("$ref")) {
    const std::string path = schema["$ref"].get<std::string>();
    return schema_mismatch(value, document.at(Json::json_pointer(path.substr(1))), name, document);
  }
  if (!fits_alone(value, schema)) return (name.empty() ? "the body" : "'" + name + "'") + " must be " + wanted(schema);
  if (value.is_object()) return object_mismatch(value, schema, name, document);
  if (value.is_array() && schema.contains("items"))
    for (const Json& item : value) {
      const std::string why = schema_mismatch(item, schema["items"], "each of " + name, document);
      if (!why.empty()) return why;
    }
  return "";
}

}  // namespace fractalsync::serve
