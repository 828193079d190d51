// Everything that a training step is made of besides the data: one specification per stage.
#pragma once

#include "stages/julia.h"
#include "stages/loss.h"
#include "stages/metrics.h"
#include "stages/mlp.h"
#include "stages/motion.h"
#include "stages/optimizer.h"

namespace fractalsync {

/// The images end at the iteration limit of the hard metrics' images, and an edge is what Canny would call one: with 48
/// iterations and a threshold of .15 the soft edges still follow the sound on unseen music, but the hard ones do not
/// (docs/learning.md). The defaults are those of the plain formulation.
struct Recipe {
  MlpSpec network;
  MotionSpec motion;  ///< says which formulation it is
  JuliaSpec julia{.max_iterations = 100};
  MetricsSpec metrics{.edge_threshold = 0.05f};
  ConnectednessSpec connectedness;  ///< plain
  LossSpec loss;
  AdamWSpec optimizer;
};

/// That of the atlas formulation. Next to the boundary W's edges are those that Canny sees, the more so the narrower
/// the fade (docs/learning.md).
inline Recipe atlas_recipe() {
  Recipe recipe;
  recipe.motion = AtlasSpec{};
  recipe.julia = {.image = JuliaImage::W, .side = 64, .max_iterations = 100, .fade_pixels = 0.1f};
  recipe.metrics = {.edge_threshold = 0.05f, .change_rounding = 0.01f};
  recipe.loss = atlas_loss();
  return recipe;
}

/// c that a network of the plain formulation starts from: beside the main cardioid, where shapes are many and
/// connected.
inline constexpr float kInitialReal = -0.75f, kInitialImag = 0.15f;

}  // namespace fractalsync
