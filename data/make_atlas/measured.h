// What the atlas is made from: edges and change of pictures, by the hard metrics and by those that training sees.
#pragma once

#include <vector>

#include "backend.h"

namespace fractalsync::atlas {

/// A picture and the same one a little further turned.
struct Turn {
  double c_re, c_im, log_zoom, phi;
};

struct Measured {
  std::vector<double> edge_density;  ///< of the first picture
  std::vector<double> change;        ///< between the two
};

/// By the hard metrics (host/evaluate/hard_metrics.h).
Measured measure_hard(Backend& backend, const std::vector<Turn>& turns, double angle);

/// By image W of training (host/train/recipe.h).
Measured measure_soft(Backend& backend, const std::vector<Turn>& turns, double angle);

}  // namespace fractalsync::atlas
