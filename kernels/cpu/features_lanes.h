// Entry points of the features kernels of one instruction set.
#pragma once

#include <cstdint>

#include "math/feature_tables.h"
#include "cpu/isa.h"

namespace fractalsync::cpu {

/// A run of frames of a block of PCM (stages/features.h), and where their rows go.
struct FeatureFrames {
  const float* samples;     ///< the whole block: frame t of it starts at sample 512 t
  std::int64_t size;        ///< samples of the block
  std::int64_t file_begin;  ///< samples [file_begin, file_end) are the file's, the others padding
  std::int64_t file_end;
  std::int64_t first_frame;  ///< its flux and onset compare it with the frame before, unless it is frame 0
  std::int64_t frames;
  float mel_floor;
  float* raw;  ///< row of the first frame, [frames, 6]
  std::int64_t raw_stride;
  float* mel_db;  ///< row of the first frame, [frames, 128], or null
  std::int64_t mel_db_stride;
};

struct FeatureKernels {
  std::int64_t workspace_floats;
  /// Writes the rows of `frames`. `workspace` is workspace_floats floats, 64-byte aligned; its content does not matter.
  void (*rows)(const FeatureTables& tables, const FeatureFrames& frames, float* workspace);
};

FRACTALSYNC_DECLARE_KERNELS(FeatureKernels, feature_kernels);

}  // namespace fractalsync::cpu
