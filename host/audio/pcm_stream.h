// What the features are made of: a file as mono samples at 22 050 Hz, a piece at a time, in memory that does not grow
// with the length of the file.
//
//   Decoder -> mean of the channels -> Resampler -> PcmStream::read
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "core/view.h"
#include "host/audio/decoder.h"
#include "host/audio/resampler.h"
#include "stages/sample.h"

namespace fractalsync {

class PcmStream {
 public:
  /// Throws Error, one sentence that names the file, when it cannot be read.
  explicit PcmStream(const std::filesystem::path& path);

  /// Fills `samples` from the front and returns how many; fewer than asked for only at the end of the file. Throws
  /// Error when the file is damaged, holds a sample that is no number, or holds none at all.
  std::int64_t read(View<float> samples);

 private:
  bool decode_more();

  std::filesystem::path path_;
  std::unique_ptr<Decoder> decoder_;
  Resampler resampler_;
  std::vector<float> interleaved_, mono_;
  std::vector<float> ready_;  ///< resampled, of which the first `taken_` are gone
  std::size_t taken_ = 0;
  std::int64_t decoded_ = 0;  ///< sampling instants so far, at the file's rate
  bool ended_ = false;
};

}  // namespace fractalsync
