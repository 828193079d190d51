// AdamW's four arrays on some backend, for tests: host arrays in, host arrays out.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "backend.h"
#include "support/array.h"
#include "support/random.h"
#include "support/step_at.h"

namespace fractalsync::test {

struct AdamWRun {
  explicit AdamWRun(std::int64_t size)
      : parameters(random_floats(1, size, -1, 1)),
        first(static_cast<std::size_t>(size)),
        second(static_cast<std::size_t>(size)),
        norm(1, NAN) {}

  /// Step `number`, counted from 1 as in the formula.
  void step(Backend& backend, const AdamWSpec& spec, std::int64_t number, const std::vector<float>& gradient,
            float learning_rate = 0.01f) {
    Array<float> p(backend, parameters), g(backend, gradient), m(backend, first), v(backend, second), n(backend, norm);
    backend.adamw(spec, StepAt(backend, number - 1, learning_rate).view(), {p.view(), g.view(), m.view(), v.view()},
                  n.view());
    parameters = p.host();
    first = m.host();
    second = v.host();
    norm = n.host();
  }

  std::vector<float> parameters, first, second, norm;
};

/// A made-up gradient of `size` parameters.
inline std::vector<float> gradient_of_step(std::int64_t step, std::int64_t size) {
  return random_floats(static_cast<std::uint64_t>(10 + step), size, -0.1f, 0.3f);
}

}  // namespace fractalsync::test
