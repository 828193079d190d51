// The two formulations, which differ in what is between the network and the picture: `plain` steers c, zoom and
// colours; `atlas` steers a place on the boundary atlas instead of c.
#pragma once

#include <variant>

#include "stages/atlas.h"
#include "stages/visual.h"

namespace fractalsync {

enum class Formulation { plain, atlas };
inline constexpr const char* kFormulationNames[] = {"plain", "atlas"};

/// Which formulation a network is of, and how it moves.
using MotionSpec = std::variant<VisualSpec, AtlasSpec>;

inline Formulation formulation_of(const MotionSpec& motion) {
  return std::holds_alternative<AtlasSpec>(motion) ? Formulation::atlas : Formulation::plain;
}

}  // namespace fractalsync
