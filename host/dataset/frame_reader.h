// Cuts a sound into the blocks of whole frames that Backend::features takes, in memory for one block.
#pragma once

#include <cstdint>
#include <vector>

#include "host/audio/pcm_stream.h"
#include "stages/features.h"

namespace fractalsync {

class FrameReader {
 public:
  /// Blocks of up to `frames_per_block` frames, at least 2.
  FrameReader(PcmStream& pcm, std::int64_t frames_per_block);

  /// The next block; its samples are ours and live until the next call. No rows: the end. A sound of n samples makes
  /// 1 + n / 512 rows in all. Throws Error like PcmStream::read.
  PcmBlock next();

 private:
  PcmStream& pcm_;
  std::vector<float> samples_;     ///< those of the file from sample 512 first_frame_ - 1024 on
  std::int64_t filled_ = 0;        ///< samples, or zeros before the file, at hand
  std::int64_t first_frame_ = 0;   ///< of the block
  std::int64_t frames_ = 0;        ///< in the last block given out
  std::int64_t file_samples_ = 0;  ///< read so far
  bool ended_ = false;
};

}  // namespace fractalsync
