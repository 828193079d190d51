// JSON Schema, as much of it as the API's own definitions use: they are both what /openapi.json shows and what requests
// are checked against.
#pragma once

#include <string>

#include "host/serve/http.h"

namespace fractalsync::serve {

inline constexpr int kDeepestJson = 16;

/// Throws HttpError(422): not JSON, deeper than kDeepestJson, a name twice in one object, or a number beyond double's
/// range.
Json parse_json(const std::string& text);

/// Why `value`, called `name`, is not what `schema` says, in one sentence; empty when it is. Knows type, properties,
/// required, additionalProperties (false, or a schema), items, minItems, maxItems, enum, minimum, maximum, maxLength,
/// pattern as text for people only, and $ref to /components/schemas of `document`.
std::string schema_mismatch(const Json& value, const Json& schema, const std::string& name,
                            const Json& document = Json::object());

}  // namespace fractalsync::serve
