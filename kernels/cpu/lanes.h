// Sixteen lanes of float or double, whatever the processor: one AVX-512 register, two AVX2 ones, four SSE ones.
// Element-wise arithmetic is the same on all of them, and sums always run over sixteen lanes and one fixed tree, so
// results do not depend on the instruction set (given fused multiply-add, which all but the baseline have).
//
// A thin layer over Google Highway (static dispatch). Files that include it are compiled once per instruction set,
// each time into another namespace (see isa.h).
#pragma once

#include <hwy/highway.h>

#include <cstdint>

#include "cpu/isa.h"
#include "math/number.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {

namespace hn = hwy::HWY_NAMESPACE;

inline constexpr int kLanes = 16;

#define FS_LANES [[gnu::always_inline]] inline

template <class T>
struct Lanes {
  using Tag = hn::CappedTag<T, kLanes>;
  using Part = hn::Vec<Tag>;
  static constexpr int kPartLanes = hn::MaxLanes(Tag{});
  static constexpr int kParts = kLanes / kPartLanes;
  Part part[kParts];
};

// Highway chooses its target by the compiler's flags, and a missing one would cost the speed without a word.
#if defined(__AVX512F__)
static_assert(Lanes<float>::kParts == 1);
#elif defined(__AVX2__)
static_assert(Lanes<float>::kParts == 2);
#endif

template <class T>
struct LaneMask {
  using Part = hn::Mask<typename Lanes<T>::Tag>;
  Part part[Lanes<T>::kParts];
};

// Applies `expression` (in which `p` is the part's number) to every part of `result`.
#define FS_EACH_PART(T, Result, expression)                                    \
  Result result;                                                               \
  _Pragma("GCC unroll 16") for (int p = 0; p < Lanes<T>::kParts; ++p)          \
    result.part[p] = (expression);                                             \
  return result

template <class T>
FS_LANES Lanes<T> load(const T* from) {
  using L = Lanes<T>;
  FS_EACH_PART(T, L, hn::LoadU(typename L::Tag{}, from + p * L::kPartLanes));
}
template <class T>
FS_LANES void store(T* to, Lanes<T> v) {
  using L = Lanes<T>;
  _Pragma("GCC unroll 16") for (int p = 0; p < L::kParts; ++p)
      hn::StoreU(v.part[p], typename L::Tag{}, to + p * L::kPartLanes);
}
/// to[4 l + i] = lane l of the i-th argument
template <class T>
FS_LANES void store_interleaved(T* to, Lanes<T> a, Lanes<T> b, Lanes<T> c, Lanes<T> d) {
  using L = Lanes<T>;
  _Pragma("GCC unroll 16") for (int p = 0; p < L::kParts; ++p)
      hn::StoreInterleaved4(a.part[p], b.part[p], c.part[p], d.part[p], typename L::Tag{}, to + 4 * p * L::kPartLanes);
}
template <class T>
FS_LANES Lanes<T> fill(T value) {
  using L = Lanes<T>;
  FS_EACH_PART(T, L, hn::Set(typename L::Tag{}, value));
}
template <class T>
FS_LANES Lanes<T> zeros() {
  using L = Lanes<T>;
  FS_EACH_PART(T, L, hn::Zero(typename L::Tag{}));
}
/// first, first + 1, ... first + 15
template <class T>
FS_LANES Lanes<T> iota(T first) {
  using L = Lanes<T>;
  FS_EACH_PART(T, L, hn::Iota(typename L::Tag{}, static_cast<T>(first + T(p * L::kPartLanes))));
}

template <class T>
FS_LANES Lanes<T> operator+(Lanes<T> a, Lanes<T> b) { FS_EACH_PART(T, Lanes<T>, hn::Add(a.part[p], b.part[p])); }
template <class T>
FS_LANES Lanes<T> operator-(Lanes<T> a, Lanes<T> b) { FS_EACH_PART(T, Lanes<T>, hn::Sub(a.part[p], b.part[p])); }
template <class T>
FS_LANES Lanes<T> operator*(Lanes<T> a, Lanes<T> b) { FS_EACH_PART(T, Lanes<T>, hn::Mul(a.part[p], b.part[p])); }
template <class T>
FS_LANES Lanes<T> operator/(Lanes<T> a, Lanes<T> b) { FS_EACH_PART(T, Lanes<T>, hn::Div(a.part[p], b.part[p])); }
template <class T>
FS_LANES Lanes<T> operator-(Lanes<T> a) { FS_EACH_PART(T, Lanes<T>, hn::Neg(a.part[p])); }

/// a b + c, rounded once (twice on the baseline instruction set)
template <class T>
FS_LANES Lanes<T> mul_add(Lanes<T> a, Lanes<T> b, Lanes<T> c) {
  FS_EACH_PART(T, Lanes<T>, hn::MulAdd(a.part[p], b.part[p], c.part[p]));
}
/// c - a b, rounded once (twice on the baseline instruction set)
template <class T>
FS_LANES Lanes<T> neg_mul_add(Lanes<T> a, Lanes<T> b, Lanes<T> c) {
  FS_EACH_PART(T, Lanes<T>, hn::NegMulAdd(a.part[p], b.part[p], c.part[p]));
}
template <class T>
FS_LANES Lanes<T> sqrt(Lanes<T> a) { FS_EACH_PART(T, Lanes<T>, hn::Sqrt(a.part[p])); }
template <class T>
FS_LANES Lanes<T> floor(Lanes<T> a) { FS_EACH_PART(T, Lanes<T>, hn::Floor(a.part[p])); }
template <class T>
FS_LANES Lanes<T> abs(Lanes<T> a) { FS_EACH_PART(T, Lanes<T>, hn::Abs(a.part[p])); }
template <class T>
FS_LANES Lanes<T> min(Lanes<T> a, Lanes<T> b) { FS_EACH_PART(T, Lanes<T>, hn::Min(a.part[p], b.part[p])); }
template <class T>
FS_LANES Lanes<T> max(Lanes<T> a, Lanes<T> b) { FS_EACH_PART(T, Lanes<T>, hn::Max(a.part[p], b.part[p])); }

// Comparisons are false for NaN.
template <class T>
FS_LANES LaneMask<T> operator<(Lanes<T> a, Lanes<T> b) { FS_EACH_PART(T, LaneMask<T>, hn::Lt(a.part[p], b.part[p])); }
template <class T>
FS_LANES LaneMask<T> operator<=(Lanes<T> a, Lanes<T> b) { FS_EACH_PART(T, LaneMask<T>, hn::Le(a.part[p], b.part[p])); }
template <class T>
FS_LANES LaneMask<T> operator>(Lanes<T> a, Lanes<T> b) { FS_EACH_PART(T, LaneMask<T>, hn::Gt(a.part[p], b.part[p])); }
template <class T>
FS_LANES LaneMask<T> operator>=(Lanes<T> a, Lanes<T> b) { FS_EACH_PART(T, LaneMask<T>, hn::Ge(a.part[p], b.part[p])); }
template <class T>
FS_LANES LaneMask<T> operator==(Lanes<T> a, Lanes<T> b) { FS_EACH_PART(T, LaneMask<T>, hn::Eq(a.part[p], b.part[p])); }
template <class T>
FS_LANES LaneMask<T> operator&(LaneMask<T> a, LaneMask<T> b) {
  FS_EACH_PART(T, LaneMask<T>, hn::And(a.part[p], b.part[p]));
}
template <class T>
FS_LANES LaneMask<T> operator|(LaneMask<T> a, LaneMask<T> b) {
  FS_EACH_PART(T, LaneMask<T>, hn::Or(a.part[p], b.part[p]));
}
template <class T>
FS_LANES LaneMask<T> operator^(LaneMask<T> a, LaneMask<T> b) {
  FS_EACH_PART(T, LaneMask<T>, hn::Xor(a.part[p], b.part[p]));
}

/// a where the mask is set, b elsewhere
template <class T>
FS_LANES Lanes<T> select(LaneMask<T> m, Lanes<T> a, Lanes<T> b) {
  FS_EACH_PART(T, Lanes<T>, hn::IfThenElse(m.part[p], a.part[p], b.part[p]));
}
/// a where the mask is set, 0 elsewhere
template <class T>
FS_LANES Lanes<T> keep(LaneMask<T> m, Lanes<T> a) {
  FS_EACH_PART(T, Lanes<T>, hn::IfThenElseZero(m.part[p], a.part[p]));
}
/// Set where a is neither infinite nor NaN.
template <class T>
FS_LANES LaneMask<T> is_finite(Lanes<T> a) { FS_EACH_PART(T, LaneMask<T>, hn::IsFinite(a.part[p])); }
/// Number of lanes that are set.
template <class T>
FS_LANES int count(LaneMask<T> m) {
  int set = 0;
  _Pragma("GCC unroll 16") for (int p = 0; p < Lanes<T>::kParts; ++p)
      set += static_cast<int>(hn::CountTrue(typename Lanes<T>::Tag{}, m.part[p]));
  return set;
}
template <class T>
FS_LANES bool any(LaneMask<T> m) {
  auto joined = m.part[0];
  _Pragma("GCC unroll 16") for (int p = 1; p < Lanes<T>::kParts; ++p) joined = hn::Or(joined, m.part[p]);
  return !hn::AllFalse(typename Lanes<T>::Tag{}, joined);
}

/// Lane l of the result is lane 15 - l.
template <class T>
FS_LANES Lanes<T> reverse(Lanes<T> a) {
  using L = Lanes<T>;
  FS_EACH_PART(T, L, hn::Reverse(typename L::Tag{}, a.part[L::kParts - 1 - p]));
}

/// Sum over the lanes by the one tree that every instruction set uses: halves are added until one is left.
template <class T>
FS_LANES T sum(Lanes<T> a) {
  alignas(64) T lane[kLanes];
  store(lane, a);
  for (int half = kLanes / 2; half > 0; half /= 2)
    for (int i = 0; i < half; ++i) lane[i] += lane[i + half];
  return lane[0];
}
template <class T>
FS_LANES T largest(Lanes<T> a) {
  auto joined = a.part[0];
  _Pragma("GCC unroll 16") for (int p = 1; p < Lanes<T>::kParts; ++p) joined = hn::Max(joined, a.part[p]);
  return hn::GetLane(hn::MaxOfLanes(typename Lanes<T>::Tag{}, joined));
}
template <class T>
FS_LANES T smallest(Lanes<T> a) { return -largest(-a); }

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA

/// Formulas of math/ take lanes as their number.
template <class T>
struct fractalsync::math::NumberTraits<fractalsync::cpu::FRACTALSYNC_ISA::Lanes<T>> {
  using Scalar = T;
  FS_LANES static fractalsync::cpu::FRACTALSYNC_ISA::Lanes<T> constant(T value) {
    return fractalsync::cpu::FRACTALSYNC_ISA::fill(value);
  }
};
