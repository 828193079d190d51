// Correlations and measures as JSON: null where one is not defined.
#pragma once

#include <nlohmann/json.hpp>

#include "host/evaluate/beauty.h"
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

inline nlohmann::ordered_json to_json(const Beauty& beauty) {
  nlohmann::ordered_json object;
  for (int m = 0; m < kBeautyMeasures; ++m) object[kBeautyDefinitions[m].name] = to_json(beauty.measure[m]);
  return object;
}

}  // namespace fractalsync
