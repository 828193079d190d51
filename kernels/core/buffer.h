// The only owner of array memory. A Buffer is made by a Memory (one per backend) and gives its bytes
// back when it dies; stages never see it, they borrow views.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "core/view.h"

namespace fractalsync {

/// Where a backend's arrays live. Blocks are aligned to 256 bytes. Counts allocations, so that a test can
/// prove that a training step makes none.
class Memory {
 public:
  virtual ~Memory() = default;
  void* allocate(std::size_t bytes) {
    ++allocations_;
    return take(bytes);
  }
  virtual void release(void* block, std::size_t bytes) noexcept = 0;
  std::int64_t allocations() const { return allocations_; }

 private:
  virtual void* take(std::size_t bytes) = 0;

  std::atomic<std::int64_t> allocations_{0};
};

/// Move-only owner of `size` elements of device memory.
template <class T>
class Buffer {
 public:
  Buffer() = default;
  Buffer(Memory& memory, std::int64_t size) : memory_(&memory), size_(size) {
    if (size > 0) data_ = static_cast<T*>(memory.allocate(bytes()));
  }
  Buffer(Buffer&& other) noexcept
      : memory_(other.memory_),
        data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() {
    if (data_ != nullptr) memory_->release(data_, bytes());
  }

  std::int64_t size() const { return size_; }
  T* data() { return data_; }
  const T* data() const { return data_; }
  View<T> view() { return {data_, size_}; }
  View<const T> view() const { return {data_, size_}; }
  Matrix<T> matrix(std::int64_t rows, std::int64_t cols) {
    FS_CHECK(rows * cols <= size_);
    return {data_, rows, cols};
  }

 private:
  std::size_t bytes() const { return static_cast<std::size_t>(size_) * sizeof(T); }

  Memory* memory_ = nullptr;
  T* data_ = nullptr;
  std::int64_t size_ = 0;
};

}  // namespace fractalsync
