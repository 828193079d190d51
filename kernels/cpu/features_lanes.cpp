// Features of a run of frames, sixteen at a time: hops -> power spectra -> features -> rows.
//
// About 45 000 vector operations per sixteen frames, four fifths of them in the transforms; the workspace is 320 KB, so
// the transforms' middle stage (135 KB written, then read) goes through the second-level cache. All sums run over the
// bins, bands or samples of one frame in the order of the loops, each frame in its own lane.
#include "cpu/features_lanes.h"

#include <new>

#include "cpu/features_spectral.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {
namespace {

struct alignas(64) Workspace {
  FftWorkspace fft;
  SpectralWorkspace spectral;
  Hops hops;
  PreviousFrame previous;
};

/// Copies what was computed of lanes [begin, end), frames from `frame` on, to their rows.
void write_rows(const FeatureFrames& out, std::int64_t frame, int begin, int end,
                const Lanes<float> (&feature)[kBaseFeatures], const float* mel_db) {
  alignas(64) float value[kBaseFeatures][kLanes];
  for (int f = 0; f < kBaseFeatures; ++f) store(value[f], feature[f]);
  for (int lane = begin; lane < end; ++lane) {
    const std::int64_t row = frame + lane - begin - out.first_frame;
    for (int f = 0; f < kBaseFeatures; ++f) out.raw[row * out.raw_stride + f] = value[f][lane];
    if (out.mel_db == nullptr) continue;
    for (int band = 0; band < kMelBands; ++band)
      out.mel_db[row * out.mel_db_stride + band] = mel_db[band * kLanes + lane];
  }
}

void rows(const FeatureTables& tables, const FeatureFrames& frames, float* workspace) {
  Workspace& w = *new (workspace) Workspace;
  // The frame before the first is transformed again here rather than fetched from whoever computed it: it fills one
  // lane of the first sixteen.
  const std::int64_t lead = frames.first_frame > 0 ? 1 : 0;
  const std::int64_t end = frames.first_frame + frames.frames;
  std::int64_t first = frames.first_frame - lead;
  load_hops(frames, first - kLanes + kCarriedHops, w.hops);
  for (; first < end; first += kLanes) {
    load_hops(frames, first + kCarriedHops, w.hops);
    power_spectra(tables, w.hops, w.fft, w.spectral.power);
    const SpectralFeatures s = spectral_features(tables, frames.mel_floor, w.spectral, w.previous);
    const Lanes<float> share = fill(1.0f / kFftSize);
    Lanes<float> feature[kBaseFeatures];
    feature[kCentroid] = s.centroid;
    feature[kFlux] = s.flux;
    feature[kRms] = sqrt(sum_hops(w.hops.square_sum) * share);
    // A frame's first sample has no neighbour in it: its crossing into the first hop does not count.
    const float* entering = w.hops.entering;
    const Lanes<float> between = load(entering + 1) + load(entering + 2) + load(entering + 3);
    feature[kZcr] = (sum_hops(w.hops.crossings) + between) * share;
    feature[kOnset] = s.onset;
    feature[kRolloff] = s.rolloff;
    const std::int64_t begin = first < frames.first_frame ? frames.first_frame : first;
    const std::int64_t left = end - first;
    write_rows(frames, begin, static_cast<int>(begin - first), left < kLanes ? static_cast<int>(left) : kLanes, feature,
               w.spectral.mel_db);
  }
  if (lead == 0 && frames.frames > 0) frames.raw[kFlux] = frames.raw[kOnset] = 0;
}

}  // namespace

const FeatureKernels feature_kernels = {sizeof(Workspace) / sizeof(float), rows};

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
