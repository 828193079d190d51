// Are the pictures worth watching? Measures that no correlation asks for, taken of the pictures of a whole excerpt as
// the hard metrics see them (hard_metrics.h) and of what steers them.
#pragma once

#include <optional>

#include "host/evaluate/series.h"
#include "stages/motion.h"

namespace fractalsync {

enum BeautyMeasure : int {
  kNearEmpty,
  kNearFull,
  kStructure,
  kStep,
  kPlaces,
  kJourneyShare,
  kFlickerShape,
  kFlickerHue,
  kFlickerRotation,
  kBeautyMeasures
};

struct BeautyDefinition {
  const char* name;     ///< in JSON
  const char* title;    ///< for people
  const char* meaning;  ///< one sentence, complete with its thresholds
  int digits;           ///< decimals that people want
};
extern const BeautyDefinition kBeautyDefinitions[kBeautyMeasures];

/// A number per measure; empty where it is not defined.
struct Beauty {
  std::optional<double> measure[kBeautyMeasures];
};

Beauty beauty_of(const TrackSeries& series, Formulation formulation);

}  // namespace fractalsync
