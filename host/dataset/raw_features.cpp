#include "host/dataset/raw_features.h"

#include <algorithm>
#include <utility>

#include "core/check.h"

namespace fractalsync {
namespace {

constexpr std::int64_t kFrameBytes = kBaseFeatures * std::int64_t{sizeof(float)};

std::int64_t frames_in(const std::vector<float>& rows) {
  const auto frames = static_cast<std::int64_t>(rows.size()) / kBaseFeatures;
  FS_CHECK_EQ(static_cast<std::int64_t>(rows.size()), frames * kBaseFeatures);
  return frames;
}

}  // namespace

RawFeatures::RawFeatures(std::vector<float> rows)
    : frames_(frames_in(rows)), memory_(std::make_shared<const std::vector<float>>(std::move(rows))) {}

void RawFeatures::read(std::int64_t first, std::int64_t count, View<float> rows) const {
  FS_CHECK(first >= 0 && count >= 0 && first + count <= frames_);
  FS_CHECK_EQ(rows.size(), count * kBaseFeatures);
  if (count == 0) return;
  if (file_ != nullptr)
    file_->read(at_ + first * kFrameBytes, rows.data(), count * kFrameBytes);
  else
    std::copy_n(memory_->data() + first * kBaseFeatures, count * kBaseFeatures, rows.data());
}

std::vector<float> RawFeatures::read() const {
  std::vector<float> rows(static_cast<std::size_t>(frames_ * kBaseFeatures));
  read(0, frames_, rows);
  return rows;
}

RawFeatures RawFeatureStorage::keep(std::vector<float> rows) {
  const std::int64_t frames = frames_in(rows), bytes = frames * kFrameBytes;
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

}  // namespace fractalsync
