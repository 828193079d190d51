// GLSL's numbers, vectors and functions for C++, as far as the looks (math/looks/*.glsl) use them: so the browser's
// shaders, the CPU's vectors of pixels and the CUDA kernels are compiled from one text. A Float is what that text calls
// float: a number, or sixteen lanes of them.
//
// Elementary functions are those of the number (cpu/lanes_math.h for lanes); GLSL leaves their last digits open, too.
#pragma once

#include "core/annotate.h"
#include "math/number.h"

// A function of a look's text. As a member of a template over lanes it belongs to one instruction set, and the CPU's
// compiler may leave it out of line: a look is long, and calls its palette ten times.
#if defined(__CUDACC__)
#define FS_LOOK_FORMULA FS_FORMULA
#else
#define FS_LOOK_FORMULA
#endif

namespace fractalsync::math::glsl {

template <class N>
struct Float {
  N v;

  Float() = default;
  FS_FORMULA Float(N number) : v(number) {}
  /// A constant of the text.
  FS_FORMULA Float(double number) : v(constant<N>(number)) {}

  FS_FORMULA friend Float operator+(Float a, Float b) { return a.v + b.v; }
  FS_FORMULA friend Float operator-(Float a, Float b) { return a.v - b.v; }
  FS_FORMULA friend Float operator*(Float a, Float b) { return a.v * b.v; }
  FS_FORMULA friend Float operator/(Float a, Float b) { return a.v / b.v; }
  FS_FORMULA friend Float operator-(Float a) { return -a.v; }
  FS_FORMULA Float& operator+=(Float b) { return *this = *this + b; }
  FS_FORMULA Float& operator*=(Float b) { return *this = *this * b; }

  FS_FORMULA friend Float min(Float a, Float b) { return min(a.v, b.v); }
  FS_FORMULA friend Float max(Float a, Float b) { return max(a.v, b.v); }
  FS_FORMULA friend Float clamp(Float x, Float low, Float high) { return min(max(x.v, low.v), high.v); }
  FS_FORMULA friend Float mix(Float a, Float b, Float t) { return a + t * (b - a); }
  FS_FORMULA friend Float step(Float from, Float x) { return keep(x.v >= from.v, constant<N>(1)); }
  FS_FORMULA friend Float smoothstep(Float from, Float to, Float x) {
    const Float t = clamp((x - from) / (to - from), 0.0, 1.0);
    return t * t * (3.0 - 2.0 * t);
  }
  FS_FORMULA friend Float floor(Float a) { return floor(a.v); }
  FS_FORMULA friend Float fract(Float a) { return a.v - floor(a.v); }
  FS_FORMULA friend Float abs(Float a) { return abs(a.v); }
  FS_FORMULA friend Float sqrt(Float a) { return sqrt(a.v); }
  FS_FORMULA friend Float inversesqrt(Float a) { return 1.0 / sqrt(a); }
  FS_FORMULA friend Float sin(Float a) { return sin(a.v); }
  FS_FORMULA friend Float cos(Float a) { return cos(a.v); }
  FS_FORMULA friend Float log2(Float a) { return log2(a.v); }
  FS_FORMULA friend Float exp(Float a) { return exp(a.v); }
  FS_FORMULA friend Float exp2(Float a) { return exp(constant<N>(0.6931471805599453) * a.v); }
  /// Of x from 0 on; 0 to the power of y is 0.
  FS_FORMULA friend Float pow(Float x, Float y) { return exp(y.v * log(max(x.v, constant<N>(1e-37)))); }
};

template <class N>
struct Vec2 {
  Float<N> x, y;

  Vec2() = default;
  FS_FORMULA explicit Vec2(Float<N> both) : x(both), y(both) {}
  FS_FORMULA Vec2(Float<N> first, Float<N> second) : x(first), y(second) {}

  FS_FORMULA friend Vec2 operator+(Vec2 a, Vec2 b) { return {a.x + b.x, a.y + b.y}; }
  FS_FORMULA friend Vec2 operator-(Vec2 a, Vec2 b) { return {a.x - b.x, a.y - b.y}; }
  FS_FORMULA friend Vec2 operator*(Vec2 a, Vec2 b) { return {a.x * b.x, a.y * b.y}; }
  FS_FORMULA friend Vec2 operator/(Vec2 a, Vec2 b) { return {a.x / b.x, a.y / b.y}; }
  FS_FORMULA friend Vec2 operator+(Vec2 a, Float<N> b) { return a + Vec2(b); }
  FS_FORMULA friend Vec2 operator-(Vec2 a, Float<N> b) { return a - Vec2(b); }
  FS_FORMULA friend Vec2 operator*(Float<N> a, Vec2 b) { return Vec2(a) * b; }
  FS_FORMULA friend Vec2 operator*(Vec2 a, Float<N> b) { return a * Vec2(b); }
  FS_FORMULA friend Vec2 operator/(Float<N> a, Vec2 b) { return Vec2(a) / b; }
  FS_FORMULA friend Vec2 operator-(Vec2 a) { return {-a.x, -a.y}; }

  FS_FORMULA friend Vec2 clamp(Vec2 a, Float<N> low, Float<N> high) {
    return {clamp(a.x, low, high), clamp(a.y, low, high)};
  }
  FS_FORMULA friend Vec2 fract(Vec2 a) { return {fract(a.x), fract(a.y)}; }
  FS_FORMULA friend Vec2 abs(Vec2 a) { return {abs(a.x), abs(a.y)}; }
  FS_FORMULA friend Vec2 sin(Vec2 a) { return {sin(a.x), sin(a.y)}; }
  FS_FORMULA friend Float<N> dot(Vec2 a, Vec2 b) { return a.x * b.x + a.y * b.y; }
};

template <class N>
struct Vec3 {
  Float<N> x, y, z;

  Vec3() = default;
  FS_FORMULA explicit Vec3(Float<N> all) : x(all), y(all), z(all) {}
  FS_FORMULA Vec3(Float<N> first, Float<N> second, Float<N> third) : x(first), y(second), z(third) {}
  FS_FORMULA Vec3(Vec2<N> first, Float<N> third) : x(first.x), y(first.y), z(third) {}

  FS_FORMULA friend Vec3 operator+(Vec3 a, Vec3 b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
  FS_FORMULA friend Vec3 operator-(Vec3 a, Vec3 b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
  FS_FORMULA friend Vec3 operator*(Vec3 a, Vec3 b) { return {a.x * b.x, a.y * b.y, a.z * b.z}; }
  FS_FORMULA friend Vec3 operator/(Vec3 a, Vec3 b) { return {a.x / b.x, a.y / b.y, a.z / b.z}; }
  FS_FORMULA friend Vec3 operator+(Vec3 a, Float<N> b) { return a + Vec3(b); }
  FS_FORMULA friend Vec3 operator+(Float<N> a, Vec3 b) { return Vec3(a) + b; }
  FS_FORMULA friend Vec3 operator-(Vec3 a, Float<N> b) { return a - Vec3(b); }
  FS_FORMULA friend Vec3 operator*(Float<N> a, Vec3 b) { return Vec3(a) * b; }
  FS_FORMULA friend Vec3 operator*(Vec3 a, Float<N> b) { return a * Vec3(b); }
  FS_FORMULA Vec3& operator+=(Vec3 b) { return *this = *this + b; }
  FS_FORMULA Vec3& operator+=(Float<N> b) { return *this = *this + b; }

  FS_FORMULA friend Vec3 mix(Vec3 a, Vec3 b, Float<N> t) { return a + t * (b - a); }
  FS_FORMULA friend Vec3 mix(Vec3 a, Vec3 b, Vec3 t) { return a + t * (b - a); }
  FS_FORMULA friend Vec3 max(Vec3 a, Vec3 b) { return {max(a.x, b.x), max(a.y, b.y), max(a.z, b.z)}; }
  FS_FORMULA friend Vec3 abs(Vec3 a) { return {abs(a.x), abs(a.y), abs(a.z)}; }
  FS_FORMULA friend Vec3 step(Float<N> from, Vec3 a) { return {step(from, a.x), step(from, a.y), step(from, a.z)}; }
  FS_FORMULA friend Float<N> dot(Vec3 a, Vec3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
  FS_FORMULA friend Vec3 normalize(Vec3 a) { return inversesqrt(dot(a, a)) * a; }
};

template <class N>
struct Vec4 {
  Float<N> x, y, z, w;
};

/// The angle of (x, y), in [-pi, pi]: Cephes' atanf, absolute error about 3e-7.
template <class N>
FS_FORMULA Float<N> angle(Float<N> y, Float<N> x) {
  const auto number = [](double value) { return constant<N>(value); };
  const N ax = abs(x.v), ay = abs(y.v), large = max(ax, ay), zero = number(0);
  N t = min(ax, ay) / max(large, number(1e-30));
  const auto steep = t > number(0.4142135623730950);  // tan(pi / 8)
  t = select(steep, (t - number(1)) / (t + number(1)), t);
  const N s = t * t;
  N a = ((number(8.05374449538e-2) * s - number(1.38776856032e-1)) * s + number(1.99777106478e-1)) * s -
        number(3.33329491539e-1);
  a = a * s * t + t + keep(steep, number(0.7853981633974483));
  a = select(ay > ax, number(1.5707963267948966) - a, a);
  a = select(x.v < zero, number(3.141592653589793) - a, a);
  return select(y.v < zero, -a, a);
}

}  // namespace fractalsync::math::glsl
