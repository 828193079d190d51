// Last stage of a step: AdamW with global-norm clipping over the flat parameter array
// (Loshchilov & Hutter, "Decoupled weight decay regularization", 2019; PyTorch's torch.optim.AdamW).
#pragma once

#include <cstdint>

#include "core/view.h"

namespace fractalsync {

struct AdamWSpec {
  float beta1 = 0.9f, beta2 = 0.999f, epsilon = 1e-8f;
  float weight_decay = 1e-4f;
  float clip_norm = 1.0f;  ///< the gradient is scaled down to this global L2 norm; 0: never
};

/// Parameters, gradient and both moments: four flat arrays of the same size.
struct AdamWState {
  View<float> parameters;
  View<const float> gradient;
  View<float> first_moment, second_moment;
};

}  // namespace fractalsync
