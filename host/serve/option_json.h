// The training options (host/train/options.h) as JSON: listed for the panel, as a schema, and taken from a request.
#pragma once

#include <cstdint>

#include "host/serve/http.h"
#include "host/train/job.h"

namespace fractalsync::serve {

/// [{"name", "type", "default", "minimum", "maximum", "choices"?, "group", "meaning"}, ...], names with underscores.
/// `seed`: the default of the seed, which the command line has among the options of every command.
Json list_options(std::uint64_t seed);

/// {"type": "object", "properties": {"data_dir": ..., one per option}, "required": ["data_dir"]}; nothing else may be
/// there.
Json start_schema(std::uint64_t seed);

/// The options of a request that fits start_schema. Throws HttpError(422) for values that contradict each other.
JobOptions options_from(const Json& request, std::uint64_t seed);

}  // namespace fractalsync::serve
