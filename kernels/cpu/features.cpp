// Features of a block: checks, and the frames shared out to the threads in runs.
#include <algorithm>
#include <limits>

#include "cpu/cpu_backend.h"
#include "math/feature_tables.h"

namespace fractalsync::cpu {
namespace {

/// With the frame before it, a run fills sixteen times sixteen lanes.
constexpr std::int64_t kRunFrames = 255;

void check_shapes(const FeatureSpec& spec, const PcmBlock& pcm, const FeatureRows& rows) {
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

}  // namespace

void CpuBackend::features(const FeatureSpec& spec, const PcmBlock& pcm, const FeatureRows& rows) {
  check_shapes(spec, pcm, rows);
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
