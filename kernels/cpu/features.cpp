// Features of a block: the frames shared out to the threads in runs.
#include <algorithm>

#include "cpu/cpu_backend.h"
#include "math/feature_tables.h"
#include "stages/features_checks.h"

namespace fractalsync::cpu {
namespace {

/// With the frame before it, a run fills sixteen times sixteen lanes.
constexpr std::int64_t kRunFrames = 255;

}  // namespace

void CpuBackend::features(const FeatureSpec& spec, const PcmBlock& pcm, const FeatureRows& rows) {
  check_features(spec, pcm, rows);
  const FeatureKernels& kernels = *kernels_.features;
  const FeatureTables& tables = feature_tables();
  const std::int64_t skipped = pcm.has_previous ? 1 : 0;
  pool_.run((pcm.rows() + kRunFrames - 1) / kRunFrames, [&](std::int64_t run, int worker) {
    const std::int64_t row = run * kRunFrames;
    FeatureFrames frames{};
    frames.samples = pcm.samples.data();
    frames.size = pcm.samples.size();
    frames.file_begin = pcm.padding_front;
    frames.file_end = pcm.samples.size() - pcm.padding_back;
    frames.first_frame = row + skipped;
    frames.frames = std::min(kRunFrames, pcm.rows() - row);
    frames.mel_floor = spec.mel_floor;
    frames.raw = rows.raw.row(row);
    frames.raw_stride = rows.raw.stride();
    if (!rows.mel_db.empty()) {
      frames.mel_db = rows.mel_db.row(row);
      frames.mel_db_stride = rows.mel_db.stride();
    }
    kernels.rows(tables, frames, worker_scratch(worker).floats(kernels.workspace_floats));
  });
}

}  // namespace fractalsync::cpu
