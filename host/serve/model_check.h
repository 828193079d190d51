// Is a file one of our models? It is read back, its inputs and outputs are compared with what they must be, and it is
// run once.
#pragma once

#include <string_view>

#include "host/serve/http.h"

namespace fractalsync::serve {

struct CheckedModel {
  bool pipeline = false;
  Json metadata;  ///< its metadata_props, values that are JSON read as such
};

/// What kind it is, by its inputs and outputs alone. Throws Error, one sentence, when it is none of ours.
CheckedModel read_checked_model(std::string_view bytes);

/// The same, and runs it on zeros: every operator must be known, all shapes must fit, and what comes out be finite.
CheckedModel check_model(std::string_view bytes);

}  // namespace fractalsync::serve
