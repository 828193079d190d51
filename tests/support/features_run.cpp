#include "support/features_run.h"

#include <algorithm>

namespace fractalsync::test {

FileFeatures run_features(Backend& backend, View<const float> file, float mel_floor, std::int64_t block_rows) {
  FileFeatures out;
  out.frames = 1 + file.size() / kHop;
  out.raw.resize(static_cast<std::size_t>(out.frames * kBaseFeatures));
  out.mel_db.resize(static_cast<std::size_t>(out.frames * kMelBands));
  const Matrix<float> raw(out.raw.data(), out.frames, kBaseFeatures), mel_db(out.mel_db.data(), out.frames, kMelBands);
  for (std::int64_t row = 0; row < out.frames; row += block_rows) {
    const std::int64_t rows = std::min(block_rows, out.frames - row);
    PcmBlock block;
    block.has_previous = row > 0;
    const std::int64_t frames = rows + (block.has_previous ? 1 : 0);
    const std::int64_t begin = (row + rows - frames) * kHop - kFftSize / 2;
    const std::int64_t end = begin + kFftSize + kHop * (frames - 1);
    std::vector<float> samples(static_cast<std::size_t>(end - begin), 0.0f);
    const std::int64_t from = std::clamp<std::int64_t>(begin, 0, file.size());
    const std::int64_t to = std::clamp<std::int64_t>(end, 0, file.size());
    std::copy(file.begin() + from, file.begin() + to, samples.begin() + (from - begin));
    block.samples = samples;
    block.padding_front = from - begin;
    block.padding_back = end - to;
    backend.features(FeatureSpec{mel_floor}, block, {raw.middle_rows(row, rows), mel_db.middle_rows(row, rows)});
  }
  return out;
}

}  // namespace fractalsync::test
