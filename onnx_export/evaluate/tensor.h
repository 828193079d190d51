// A value while a model is evaluated.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fractalsync {

enum class ElementKind { real, integer, boolean };

/// Row-major. Integers and booleans (0, 1) are kept as T as well: those of our graphs are small.
template <class T>
struct Tensor {
  std::vector<std::int64_t> shape;
  std::vector<T> values;
  ElementKind kind = ElementKind::real;

  std::int64_t size() const { return static_cast<std::int64_t>(values.size()); }
};

}  // namespace fractalsync
