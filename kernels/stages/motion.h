// The two formulations: what is between the network and the picture, and what the network hears. `plain` steers c, zoom
// and colours by the window alone; `atlas` steers a place on the boundary atlas, and knows how the song has been.
#pragma once

#include <variant>

#include "stages/atlas.h"
#include "stages/context.h"
#include "stages/visual.h"
#include "stages/window.h"

namespace fractalsync {

enum class Formulation { plain, atlas };
inline constexpr const char* kFormulationNames[] = {"plain", "atlas"};

/// Which formulation a network is of, and how it moves.
using MotionSpec = std::variant<VisualSpec, AtlasSpec>;

inline Formulation formulation_of(const MotionSpec& motion) {
  return std::holds_alternative<AtlasSpec>(motion) ? Formulation::atlas : Formulation::plain;
}

/// Numbers that the network takes.
inline int network_input(const WindowSpec& window, Formulation formulation) {
  return window.input() + (formulation == Formulation::atlas ? kContextInputs : 0);
}

}  // namespace fractalsync
