// What the feature stage asks of its arguments, whichever backend computes it. Throws CheckFailure.
#pragma once

#include <cstdint>
#include <limits>

#include "core/view.h"
#include "stages/features.h"

namespace fractalsync {

inline void check_features(const FeatureSpec& spec, const PcmBlock& pcm, const FeatureRows& rows) {
  FS_CHECK(spec.mel_floor >= std::numeric_limits<float>::min());
  FS_CHECK_EQ(pcm.samples.size(), pcm.frames() == 0 ? 0 : kFftSize + kHop * (pcm.frames() - 1));
  FS_CHECK(pcm.rows() >= 0);
  FS_CHECK(pcm.padding_front >= 0 && pcm.padding_back >= 0);
  FS_CHECK(pcm.padding_front + pcm.padding_back <= pcm.samples.size());
  FS_CHECK_EQ(rows.raw.rows(), pcm.rows());
  FS_CHECK_EQ(rows.raw.cols(), static_cast<std::int64_t>(kBaseFeatures));
  if (rows.mel_db.empty()) return;
  FS_CHECK_EQ(rows.mel_db.rows(), pcm.rows());
  FS_CHECK_EQ(rows.mel_db.cols(), static_cast<std::int64_t>(kMelBands));
}

}  // namespace fractalsync
