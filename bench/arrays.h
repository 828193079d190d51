// The arrays of a case, on its backend.
#pragma once

#include <memory>
#include <vector>

#include "backend.h"
#include "core/rng.h"

namespace fractalsync::bench {

/// Host numbers, uniform in [low, high).
inline std::vector<float> random_numbers(std::uint64_t seed, std::int64_t count, float low, float high) {
  std::vector<float> numbers(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    const RandomBlock block = random_block(seed, RandomStream::test_data, static_cast<std::uint64_t>(i), 0);
    numbers[static_cast<std::size_t>(i)] = low + (high - low) * uniform_float(block.word[0]);
  }
  return numbers;
}

/// Owns arrays until the last run of its case; the views stay good that long.
class Arrays {
 public:
  Arrays(Backend& backend, std::uint64_t seed) : backend_(backend), seed_(seed) {}

  template <class T>
  View<T> copy(const std::vector<T>& host) {
    auto& buffer = *add<T>(static_cast<std::int64_t>(host.size()));
    upload<T>(backend_, host, buffer.view());
    return buffer.view();
  }
  /// Zeros.
  template <class T = float>
  View<T> zeros(std::int64_t count) {
    return copy(std::vector<T>(static_cast<std::size_t>(count)));
  }
  Matrix<float> zeros(std::int64_t rows, std::int64_t cols) { return {zeros(rows * cols).data(), rows, cols}; }
  View<float> random(std::int64_t count, float low, float high) {
    return copy(random_numbers(seed_++, count, low, high));
  }
  Matrix<float> random(std::int64_t rows, std::int64_t cols, float low, float high) {
    return {random(rows * cols, low, high).data(), rows, cols};
  }

 private:
  template <class T>
  Buffer<T>* add(std::int64_t count) {
    auto buffer = std::make_shared<Buffer<T>>(backend_.memory(), count);
    owned_.push_back(buffer);
    return buffer.get();
  }

  Backend& backend_;
  std::uint64_t seed_;
  std::vector<std::shared_ptr<void>> owned_;
};

}  // namespace fractalsync::bench
