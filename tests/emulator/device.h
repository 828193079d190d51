// What a kernel may call: its coordinates, barriers, warp operations, atomics, intrinsics. Approximate intrinsics are
// exact here: compare with a tolerance, not bit for bit.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "emulator/checker.h"
#include "emulator/engine.h"
#include "emulator/types.h"

// Of the thread that runs now.
extern uint3 threadIdx, blockIdx;
extern dim3 blockDim, gridDim;
inline constexpr int warpSize = 32;

#define GPU_SHARED(T, name, ...)                                                                      \
  using name##_type = T __VA_ARGS__;                                                                  \
  static const ::emulator::SharedVariable name##_variable{sizeof(name##_type), alignof(name##_type)}; \
  name##_type& name = *static_cast<name##_type*>(::emulator::static_shared(name##_variable.number))
#define GPU_DYNAMIC_SHARED(T, name) T* const name = static_cast<T*>(::emulator::dynamic_shared())

using EmulatorPlace = ::emulator::Place;

inline void __syncthreads(const EmulatorPlace& at = EmulatorPlace::current()) {
  ::emulator::block_barrier(::emulator::BarrierKind::sync, false, at);
}
inline int __syncthreads_count(int predicate, const EmulatorPlace& at = EmulatorPlace::current()) {
  return ::emulator::block_barrier(::emulator::BarrierKind::count, predicate != 0, at);
}
inline int __syncthreads_and(int predicate, const EmulatorPlace& at = EmulatorPlace::current()) {
  return ::emulator::block_barrier(::emulator::BarrierKind::all, predicate != 0, at);
}
inline int __syncthreads_or(int predicate, const EmulatorPlace& at = EmulatorPlace::current()) {
  return ::emulator::block_barrier(::emulator::BarrierKind::any, predicate != 0, at);
}
inline void __syncwarp(unsigned mask = 0xffffffffu, const EmulatorPlace& at = EmulatorPlace::current()) {
  ::emulator::warp_operation(mask, ::emulator::WarpKind::sync, 0, nullptr, 0, at);
}
inline void __threadfence() {}
inline void __threadfence_block() {}

namespace emulator {

/// The value of lane `source` of this lane's group, or its own when there is no such lane.
template <class T>
T shuffle(unsigned mask, T value, int source, bool exists, const Place& at) {
  static_assert(sizeof(T) <= 16 && std::is_trivially_copyable_v<T>);
  const auto lane = current_lane();
  warp_operation(mask, WarpKind::shuffle, exists ? source : lane, &value, sizeof(T), at);
  return value;
}

template <class T, class Change>
T atomic(T* address, Change change) {
  static_assert(sizeof(T) == 4 || sizeof(T) == 8);
  atomic_point();
  checker::atomic_access(address, sizeof(T), true);
  return change(address);
}

// In the emulator's own files, where no access is followed.
unsigned atomic_add(unsigned* address, unsigned value);
int atomic_add(int* address, int value);
unsigned long long atomic_add(unsigned long long* address, unsigned long long value);
float atomic_add(float* address, float value);
double atomic_add(double* address, double value);
int atomic_max(int* address, int value);
unsigned atomic_max(unsigned* address, unsigned value);
int atomic_min(int* address, int value);
unsigned atomic_min(unsigned* address, unsigned value);
unsigned atomic_exchange(unsigned* address, unsigned value);
int atomic_exchange(int* address, int value);
unsigned atomic_compare_and_swap(unsigned* address, unsigned expected, unsigned value);
int atomic_compare_and_swap(int* address, int expected, int value);

}  // namespace emulator

template <class T>
T __shfl_sync(unsigned mask, T value, int source, int width = 32,
              const EmulatorPlace& at = EmulatorPlace::current()) {
  const int lane = ::emulator::current_lane();
  return ::emulator::shuffle(mask, value, (lane & ~(width - 1)) + (source & (width - 1)), true, at);
}
template <class T>
T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32,
                 const EmulatorPlace& at = EmulatorPlace::current()) {
  const int lane = ::emulator::current_lane(), distance = static_cast<int>(delta);
  return ::emulator::shuffle(mask, value, lane - distance, (lane & (width - 1)) >= distance, at);
}
template <class T>
T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32,
                   const EmulatorPlace& at = EmulatorPlace::current()) {
  const int lane = ::emulator::current_lane(), distance = static_cast<int>(delta);
  return ::emulator::shuffle(mask, value, lane + distance, (lane & (width - 1)) + distance < width, at);
}
template <class T>
T __shfl_xor_sync(unsigned mask, T value, int bits, int width = 32,
                  const EmulatorPlace& at = EmulatorPlace::current()) {
  const int lane = ::emulator::current_lane(), source = lane ^ bits;
  return ::emulator::shuffle(mask, value, source, source / width <= lane / width, at);
}
inline unsigned __ballot_sync(unsigned mask, int predicate, const EmulatorPlace& at = EmulatorPlace::current()) {
  return ::emulator::warp_operation(mask, ::emulator::WarpKind::ballot, predicate != 0, nullptr, 0, at);
}
inline int __any_sync(unsigned mask, int predicate, const EmulatorPlace& at = EmulatorPlace::current()) {
  return __ballot_sync(mask, predicate, at) != 0;
}
inline int __all_sync(unsigned mask, int predicate, const EmulatorPlace& at = EmulatorPlace::current()) {
  return __ballot_sync(mask, predicate == 0, at) == 0;
}

template <class T>
T atomicAdd(T* address, std::type_identity_t<T> value) {
  return ::emulator::atomic(address, [value](T* a) { return ::emulator::atomic_add(a, value); });
}
template <class T>
T atomicMax(T* address, std::type_identity_t<T> value) {
  return ::emulator::atomic(address, [value](T* a) { return ::emulator::atomic_max(a, value); });
}
template <class T>
T atomicMin(T* address, std::type_identity_t<T> value) {
  return ::emulator::atomic(address, [value](T* a) { return ::emulator::atomic_min(a, value); });
}
template <class T>
T atomicExch(T* address, std::type_identity_t<T> value) {
  return ::emulator::atomic(address, [value](T* a) { return ::emulator::atomic_exchange(a, value); });
}
template <class T>
T atomicCAS(T* address, std::type_identity_t<T> expected, std::type_identity_t<T> value) {
  return ::emulator::atomic(
      address, [=](T* a) { return ::emulator::atomic_compare_and_swap(a, expected, value); });
}

template <class T>
T __ldg(const T* address) {
  return *address;
}
inline float __fmaf_rn(float a, float b, float c) { return std::fma(a, b, c); }
inline float __fdividef(float a, float b) { return a / b; }
inline float __fdiv_rn(float a, float b) { return a / b; }
inline float __fsqrt_rn(float a) { return std::sqrt(a); }
inline float __expf(float a) { return std::exp(a); }
inline float __logf(float a) { return std::log(a); }
inline float __log2f(float a) { return std::log2(a); }
inline float rsqrtf(float a) { return 1 / std::sqrt(a); }
inline int __popc(unsigned a) { return __builtin_popcount(a); }
inline int __clz(int a) { return a == 0 ? 32 : __builtin_clz(static_cast<unsigned>(a)); }
inline int __ffs(int a) { return __builtin_ffs(a); }
inline unsigned __umulhi(unsigned a, unsigned b) { return static_cast<unsigned>(std::uint64_t{a} * b >> 32); }
inline float __uint_as_float(unsigned a) {
  float b;
  std::memcpy(&b, &a, sizeof b);
  return b;
}
inline unsigned __float_as_uint(float a) {
  unsigned b;
  std::memcpy(&b, &a, sizeof b);
  return b;
}

namespace cooperative_groups {

class grid_group {
 public:
  void sync(const EmulatorPlace& at = EmulatorPlace::current()) const { ::emulator::grid_barrier(at); }
};
inline grid_group this_grid() { return {}; }

}  // namespace cooperative_groups
