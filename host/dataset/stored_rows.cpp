#include "host/dataset/stored_rows.h"

#include <algorithm>
#include <utility>

#include "core/check.h"

namespace fractalsync {
namespace {

std::int64_t frames_in(const std::vector<float>& rows, int columns) {
  const auto frames = static_cast<std::int64_t>(rows.size()) / columns;
  FS_CHECK_EQ(static_cast<std::int64_t>(rows.size()), frames * columns);
  return frames;
}

std::int64_t bytes_of(std::int64_t frames, int columns) { return frames * columns * std::int64_t{sizeof(float)}; }

}  // namespace

template <int columns>
StoredRows<columns>::StoredRows(std::vector<float> rows)
    : frames_(frames_in(rows, columns)), memory_(std::make_shared<const std::vector<float>>(std::move(rows))) {}

template <int columns>
void StoredRows<columns>::read(std::int64_t first, std::int64_t count, View<float> rows) const {
  FS_CHECK(first >= 0 && count >= 0 && first + count <= frames_);
  FS_CHECK_EQ(rows.size(), count * columns);
  if (count == 0) return;
  if (file_ != nullptr)
    file_->read(at_ + bytes_of(first, columns), rows.data(), bytes_of(count, columns));
  else
    std::copy_n(memory_->data() + first * columns, count * columns, rows.data());
}

template <int columns>
std::vector<float> StoredRows<columns>::read() const {
  std::vector<float> rows(static_cast<std::size_t>(frames_ * columns));
  read(0, frames_, rows);
  return rows;
}

template <int columns>
StoredRows<columns> RowStorage<columns>::keep(std::vector<float> rows) {
  const std::int64_t frames = frames_in(rows, columns), bytes = bytes_of(frames, columns);
  {
    const std::lock_guard lock(mutex_);
    if (bytes <= room_) {
      room_ -= bytes;
      rows.shrink_to_fit();  // rows that came block by block may have been given more
      return {std::move(rows)};
    }
    if (file_ == nullptr) file_ = std::make_shared<TemporaryFile>(folder_for_large_files());
  }
  return {file_, file_->append(rows.data(), bytes), frames};
}

template class StoredRows<kBaseFeatures>;
template class RowStorage<kBaseFeatures>;
template class StoredRows<kContextColumns>;
template class RowStorage<kContextColumns>;

}  // namespace fractalsync
