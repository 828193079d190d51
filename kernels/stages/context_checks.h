// What the stages of context.h ask of their arguments, whichever backend computes them. Each throws CheckFailure.
#pragma once

#include <cstdint>

#include "core/view.h"
#include "stages/context.h"
#include "stages/schedule.h"

namespace fractalsync {

inline void check_song_context(Matrix<const float> frames, View<const std::int64_t> songs,
                               Matrix<const float> context) {
  FS_CHECK(frames.cols() >= kBaseFeatures);
  FS_CHECK_EQ(context.rows(), frames.rows());
  FS_CHECK_EQ(context.cols(), kContextColumns);
  FS_CHECK(frames.rows() == 0 || !songs.empty());
}

inline void check_context_windows(const ContextBatch& batch, const FadeSpec& fade, const StepKey& key,
                                  Matrix<const float> inputs, Matrix<const float> targets) {
  const WindowBatch& windows = batch.windows;
  FS_CHECK(windows.features >= kBaseFeatures && windows.window >= 1 && windows.length >= 1);
  FS_CHECK_EQ(batch.context.cols(), kContextColumns);
  FS_CHECK_EQ(windows.frames.size(), batch.context.rows() * windows.features);
  FS_CHECK_EQ(inputs.rows(), windows.rows());
  FS_CHECK_EQ(inputs.cols(), batch.input());
  FS_CHECK(fade.probability == 0 || key.now.size() == 1);
  // Slopes of faded features would have to be taken anew.
  FS_CHECK(fade.probability == 0 || windows.features == kBaseFeatures);
  if (targets.empty()) return;
  FS_CHECK_EQ(targets.rows(), windows.rows());
  FS_CHECK_EQ(targets.cols(), kAtlasTargets);
}

}  // namespace fractalsync
