// The part of Thrust that the backend calls: a reduction over a counting iterator on a stream, with temporary memory
// from the caller's allocator. Two kernels, as in Thrust, whose threads the checker follows; their sums have an order
// of their own.
#pragma once

#include <algorithm>
#include <cstddef>

#include "emulator/device.h"
#include "emulator/runtime.h"

namespace thrust {

template <class T>
class counting_iterator {
 public:
  explicit counting_iterator(T value) : value_(value) {}
  T operator*() const { return value_; }
  T operator[](std::ptrdiff_t n) const { return value_ + n; }
  std::ptrdiff_t operator-(counting_iterator other) const { return value_ - other.value_; }

 private:
  T value_;
};

namespace emulated {

template <class Allocator>
struct Policy {
  Allocator* allocator;
  cudaStream_t stream = nullptr;

  Policy on(cudaStream_t chosen) const { return {allocator, chosen}; }
};

inline constexpr int kBlocks = 3, kThreads = 32, kPartials = kBlocks * kThreads;

/// Thread i sums elements i, i + kPartials, ...
template <class Iterator, class Unary, class T, class Binary>
__global__ void reduce_parts(Iterator first, std::ptrdiff_t count, Unary unary, Binary binary, T* parts) {
  const std::ptrdiff_t i = std::ptrdiff_t{blockIdx.x} * kThreads + threadIdx.x;
  if (i >= count) return;
  T sum = unary(first[i]);
  for (std::ptrdiff_t n = i + kPartials; n < count; n += kPartials) sum = binary(sum, unary(first[n]));
  parts[i] = sum;
}

/// One thread.
template <class T, class Binary>
__global__ void reduce_to_one(T* parts, int count, T sum, Binary binary) {
  for (int i = 0; i < count; ++i) sum = binary(sum, parts[i]);
  parts[0] = sum;
}

template <class... Parameters, class... Arguments>
void launch(void (*kernel)(Parameters...), int blocks, int threads, cudaStream_t stream,
            const Arguments&... arguments) {
  cudaLaunchConfig_t config{};
  config.gridDim = dim3(static_cast<unsigned>(blocks));
  config.blockDim = dim3(static_cast<unsigned>(threads));
  config.stream = stream;
  cudaLaunchKernelEx(&config, kernel, static_cast<Parameters>(arguments)...);
}

}  // namespace emulated

namespace cuda {

template <class Allocator>
emulated::Policy<Allocator> par(Allocator& allocator) {
  return {&allocator};
}

}  // namespace cuda

/// Waits for the result, as Thrust does.
template <class Allocator, class Iterator, class Unary, class T, class Binary>
T transform_reduce(const emulated::Policy<Allocator>& policy, Iterator first, Iterator last, Unary unary, T initial,
                   Binary binary) {
  using emulated::kPartials;
  const std::ptrdiff_t count = last - first;
  const int parts_count = static_cast<int>(std::min<std::ptrdiff_t>(count, kPartials));
  char* const memory = policy.allocator->allocate(kPartials * sizeof(T));
  T* const parts = reinterpret_cast<T*>(memory);
  emulated::launch(emulated::reduce_parts<Iterator, Unary, T, Binary>, emulated::kBlocks, emulated::kThreads,
                   policy.stream, first, count, unary, binary, parts);
  emulated::launch(emulated::reduce_to_one<T, Binary>, 1, 1, policy.stream, parts, parts_count, initial, binary);
  T result = initial;
  cudaMemcpyAsync(&result, parts, sizeof result, cudaMemcpyDeviceToHost, policy.stream);
  cudaStreamSynchronize(policy.stream);
  policy.allocator->deallocate(memory, kPartials * sizeof(T));
  return result;
}

}  // namespace thrust
