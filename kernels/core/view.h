// Borrowed arrays. Every stage reads and writes through these; none of them owns memory (see buffer.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "core/annotate.h"
#include "core/check.h"

namespace fractalsync {

/// A borrowed run of `size` elements. Copying it copies the pointer.
template <class T>
class View {
 public:
  View() = default;
  View(T* data, std::int64_t size) : data_(data), size_(size) {}

  /// A view of mutable elements reads as a view of constant ones.
  template <class U>
    requires std::is_same_v<const U, T>
  View(View<U> other) : data_(other.data()), size_(other.size()) {}

  /// Any contiguous container with data() and size().
  template <class C>
    requires(!std::is_same_v<std::remove_cvref_t<C>, View> &&
             requires(C& c) {
               { c.data() } -> std::convertible_to<T*>;
               c.size();
             } && !requires(C& c) { c.stride(); })
  View(C&& container)
      : data_(container.data()), size_(static_cast<std::int64_t>(container.size())) {}

  FS_HOST_DEVICE T* data() const { return data_; }
  FS_HOST_DEVICE std::int64_t size() const { return size_; }
  FS_HOST_DEVICE bool empty() const { return size_ == 0; }
  FS_HOST_DEVICE T& operator[](std::int64_t i) const { return data_[i]; }
  FS_HOST_DEVICE T* begin() const { return data_; }
  FS_HOST_DEVICE T* end() const { return data_ + size_; }

  /// Elements [first, first + count). Throws when they are not all inside.
  View subview(std::int64_t first, std::int64_t count) const {
    FS_CHECK(first >= 0 && count >= 0 && first + count <= size_);
    return {data_ + first, count};
  }

 private:
  T* data_ = nullptr;
  std::int64_t size_ = 0;
};

/// A borrowed row-major matrix; consecutive rows are `stride` elements apart (stride >= cols, except
/// for overlapping windows, which only readers use).
template <class T>
class Matrix {
 public:
  Matrix() = default;
  Matrix(T* data, std::int64_t rows, std::int64_t cols, std::int64_t stride)
      : data_(data), rows_(rows), cols_(cols), stride_(stride) {}
  Matrix(T* data, std::int64_t rows, std::int64_t cols) : Matrix(data, rows, cols, cols) {}

  template <class U>
    requires std::is_same_v<const U, T>
  Matrix(Matrix<U> other) : Matrix(other.data(), other.rows(), other.cols(), other.stride()) {}

  FS_HOST_DEVICE T* data() const { return data_; }
  FS_HOST_DEVICE std::int64_t rows() const { return rows_; }
  FS_HOST_DEVICE std::int64_t cols() const { return cols_; }
  FS_HOST_DEVICE std::int64_t stride() const { return stride_; }
  FS_HOST_DEVICE T* row(std::int64_t r) const { return data_ + r * stride_; }
  FS_HOST_DEVICE T& operator()(std::int64_t r, std::int64_t c) const { return data_[r * stride_ + c]; }
  FS_HOST_DEVICE bool empty() const { return rows_ == 0 || cols_ == 0; }

  /// Rows [first, first + count). Throws when they are not all inside.
  Matrix middle_rows(std::int64_t first, std::int64_t count) const {
    FS_CHECK(first >= 0 && count >= 0 && first + count <= rows_);
    return {data_ + first * stride_, count, cols_, stride_};
  }

  /// Columns [first, first + count) of all rows. Throws when they are not all inside.
  Matrix middle_cols(std::int64_t first, std::int64_t count) const {
    FS_CHECK(first >= 0 && count >= 0 && first + count <= cols_);
    return {data_ + first, rows_, count, stride_};
  }

 private:
  T* data_ = nullptr;
  std::int64_t rows_ = 0, cols_ = 0, stride_ = 0;
};

}  // namespace fractalsync
