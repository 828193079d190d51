// Everything that a training step is made of besides the data: one specification per stage.
#pragma once

#include "stages/julia.h"
#include "stages/loss.h"
#include "stages/metrics.h"
#include "stages/mlp.h"
#include "stages/optimizer.h"
#include "stages/visual.h"

namespace fractalsync {

struct Recipe {
  MlpSpec network;
  VisualSpec visual;
  JuliaSpec julia;
  MetricsSpec metrics;
  ConnectednessSpec connectedness;
  LossSpec loss;
  AdamWSpec optimizer;
};

/// c that the network starts from: beside the main cardioid, where shapes are many and connected.
inline constexpr float kInitialReal = -0.75f, kInitialImag = 0.15f;

}  // namespace fractalsync
