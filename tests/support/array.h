// An array in a backend's memory, for tests: filled from the host and read back there.
#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include "backend.h"

namespace fractalsync::test {

/// An array on a backend, filled from the host or with NaN bytes.
template <class T>
class Array {
 public:
  Array(Backend& backend, const std::vector<T>& host)
      : backend_(backend), buffer_(backend.memory(), static_cast<std::int64_t>(host.size())) {
    upload<T>(backend, host, buffer_.view());
  }
  Array(Backend& backend, std::int64_t size)
      : Array(backend, std::vector<T>(static_cast<std::size_t>(size), garbage())) {}

  View<T> view() { return buffer_.view(); }
  Matrix<T> matrix(std::int64_t cols) { return buffer_.matrix(buffer_.size() / cols, cols); }
  std::vector<T> host() const { return to_host(backend_, buffer_.view()); }

 private:
  static T garbage() {
    if constexpr (std::is_floating_point_v<T>) return std::numeric_limits<T>::quiet_NaN();
    return T{};
  }

  Backend& backend_;
  Buffer<T> buffer_;
};

}  // namespace fractalsync::test
