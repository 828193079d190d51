// Correlations as JSON: null where one is not defined.
#pragma once

#include <nlohmann/json.hpp>

#include "host/evaluate/correlation.h"

namespace fractalsync {

inline nlohmann::ordered_json to_json(const std::optional<double>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

inline nlohmann::ordered_json to_json(const Correlations& correlations) {
  nlohmann::ordered_json object;
  for (int p = 0; p < kPairs; ++p) object[kPairNames[p]] = to_json(correlations.pair[p]);
  return object;
}

}  // namespace fractalsync
