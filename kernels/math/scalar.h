// What the number types of the formulas have in common. Lanes bring their own mul_add and select (cpu/lanes.h, found
// by their argument's namespace); these are for float and double.
#pragma once

#include <cmath>

#include "core/annotate.h"

namespace fractalsync::math {

/// a b + c, rounded once
FS_FORMULA float mul_add(float a, float b, float c) { return std::fma(a, b, c); }
FS_FORMULA double mul_add(double a, double b, double c) { return std::fma(a, b, c); }

/// a where `condition` holds, else b
FS_FORMULA float select(bool condition, float a, float b) { return condition ? a : b; }
FS_FORMULA double select(bool condition, double a, double b) { return condition ? a : b; }

using std::sqrt;

}  // namespace fractalsync::math
