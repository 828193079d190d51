// The loss of a batch and its gradients. A block takes a sequence; its threads share out the frames. As on the CPU all
// sums are in double: so exact that their order does not show in what is rounded to single.
//
// Three passes over the sequence: means, centred sums (both summed over the block in a fixed order), gradients. A
// thread writes whole rows: what reaches the drawn parameters of frame t comes from the metrics of t and, through the
// temporal change and the smoothness, from those of t + 1. 130 numbers of 4 bytes per frame, and about as many flops in
// double.
#include <cmath>

#include "cuda/collective.cuh"
#include "cuda/cuda_backend.h"
#include "math/atlas.h"
#include "math/loss.h"
#include "stages/atlas.h"
#include "stages/loss_checks.h"

namespace fractalsync::cuda {
namespace {

constexpr int kThreads = 128;
constexpr double kHeadCount = kHeads;

/// What is correlated, a column of the targets with a series of its own, and after these what only is to move as much
/// as a column does (hue is both).
enum Pair : int {
  kPairHue,
  kPairFluxChange,
  kPairRmsChange,
  kPairEdges,
  kPairBrightness,
  kCorrelated,
  kPairPlace = kCorrelated,
  kPairs
};

struct PairValue {
  double x, y;
};

/// What a frame's edges or change count by.
__device__ double gain(const LossSpec& spec, const LossInputs& in, math::Calibrated metric, std::int64_t row) {
  return spec.calibrated ? math::calibration<double>(metric, in.heads(row, kEdges)) : 1;
}
__device__ double edges(const LossSpec& spec, const LossInputs& in, std::int64_t row) {
  return gain(spec, in, math::kCalibratedEdges, row) * in.metrics(row, kEdgeDensity);
}
__device__ double change(const LossSpec& spec, const LossInputs& in, std::int64_t row) {
  return gain(spec, in, math::kCalibratedChange, row) * in.metrics(row, kTemporalChange);
}

__device__ PairValue pair_value(const LossSpec& spec, const LossInputs& in, int pair, std::int64_t row) {
  switch (pair) {
    case kPairHue:
      return {in.targets(row, kTargetCentroid), in.heads(row, kHue)};
    case kPairFluxChange:
      return {in.targets(row, kTargetFlux), change(spec, in, row)};
    case kPairRmsChange:
      return {in.targets(row, kTargetRms), change(spec, in, row)};
    case kPairEdges:
      return {in.targets(row, kTargetZcr), edges(spec, in, row)};
    case kPairBrightness:
      return {in.targets(row, kTargetRms), in.heads(row, kBrightness)};
    default:
      return {in.targets(row, kTargetZcr), in.heads(row, kEdges)};
  }
}
__device__ double pair_weight(const LossSpec& spec, int pair) {
  const float weights[kCorrelated] = {spec.centroid_hue, spec.flux_change, spec.rms_change, spec.zcr_edges,
                                      spec.loudness_brightness};
  return weights[pair];
}

/// Centred sums of the pairs over the frames of a sequence but the first.
__device__ void sum_pairs(const LossSpec& spec, const LossInputs& in, std::int64_t first,
                          math::PairSums<double> (&sums)[kPairs]) {
  GPU_SHARED(double, shared, [kThreads / kWarp * kPairs * 3]);
  const double count = in.length - 1;
  double means[kPairs * 2] = {};
  for (int t = 1 + static_cast<int>(threadIdx.x); t < in.length; t += kThreads)
    for (int p = 0; p < kPairs; ++p) {
      const PairValue v = pair_value(spec, in, p, first + t);
      means[2 * p] += v.x;
      means[2 * p + 1] += v.y;
    }
  block_sums<kThreads>(means, shared);
  for (double& mean : means) mean /= count;
  double centred[kPairs * 3] = {};
  for (int t = 1 + static_cast<int>(threadIdx.x); t < in.length; t += kThreads)
    for (int p = 0; p < kPairs; ++p) {
      const PairValue v = pair_value(spec, in, p, first + t);
      const double a = v.x - means[2 * p], b = v.y - means[2 * p + 1];
      centred[3 * p] += a * a;
      centred[3 * p + 1] += b * b;
      centred[3 * p + 2] += a * b;
    }
  block_sums<kThreads>(centred, shared);
  for (int p = 0; p < kPairs; ++p)
    sums[p] = {means[2 * p], means[2 * p + 1], centred[3 * p], centred[3 * p + 1], centred[3 * p + 2]};
}

/// What is known of a sequence, and how its terms weigh in the whole.
struct Sequence {
  const LossSpec& spec;
  const LossInputs& in;
  std::int64_t first;
  double frames, sequences;
  math::PairSums<double> sums[kPairs];
  double deviation;             ///< of the edges
  double off_centre, off_pace;  ///< of means over all frames

  __device__ double count() const { return in.length - 1; }
  __device__ double slope(int pair, int t) const {
    const PairValue v = pair_value(spec, in, pair, first + t);
    return -pair_weight(spec, pair) / sequences * math::pearson_slope(sums[pair], count(), v.x, v.y);
  }
  /// d L / d temporal change and d L / d edge density of frame t; frames outside of [1, length) have none.
  __device__ double by_change(int t) const {
    if (t < 1 || t >= in.length) return 0;
    return gain(spec, in, math::kCalibratedChange, first + t) * (slope(kPairFluxChange, t) + slope(kPairRmsChange, t));
  }
  __device__ double by_edges(int t) const {
    if (t < 1) return 0;
    double sum = slope(kPairEdges, t);
    if (math::invisible_edges(deviation) > 0)
      sum += math::invisible_edges_slope(spec.edge_visibility / sequences, sums[kPairEdges], count(), deviation,
                                         edges(spec, in, first + t));
    return gain(spec, in, math::kCalibratedEdges, first + t) * sum;
  }
  __device__ double smoothness_scale() const {
    int smoothed = 0;
    for (int k = 0; k < kHeads; ++k) smoothed += spec.smooths[k];
    return spec.smoothness / (sequences * count() * (smoothed > 0 ? smoothed : 1));
  }
  /// How much is missing of what a head should move.
  __device__ double missing(int pair, const math::AmplitudeWish& wish) const {
    return math::too_flat(wish.of(math::series_deviation(sums[pair].xx, count())),
                          math::series_deviation(sums[pair].yy, count()), wish.unit);
  }
  __device__ double missing_slope(int pair, const math::AmplitudeWish& wish, int t) const {
    if (t < 1 || spec.amplitude == 0 || !(missing(pair, wish) > 0)) return 0;
    return math::too_flat_slope(spec.amplitude / sequences, wish.unit, pair_value(spec, in, pair, first + t).y,
                                sums[pair].mean_y, count(), math::series_deviation(sums[pair].yy, count()));
  }
  /// The step of head k from frame t - 1 to frame t; 0 where there is none.
  __device__ double step(int t, int k) const {
    if (t < 1 || t >= in.length || !spec.smooths[k]) return 0;
    return static_cast<double>(in.heads(first + t, k)) - in.heads(first + t - 1, k);
  }
};

/// How far a sequence's means are from where they should be.
__device__ void sum_rows(Sequence& s) {
  GPU_SHARED(double, shared, [kThreads / kWarp * 4]);
  double sums[4] = {};
  for (int t = static_cast<int>(threadIdx.x); t < s.in.length; t += kThreads) {
    sums[0] += s.in.heads(s.first + t, kEdges);
    sums[1] += s.in.heads(s.first + t, kSpeed);
    sums[2] += s.in.targets(s.first + t, kTargetRms);
    sums[3] += s.in.targets(s.first + t, kTargetFlux);
  }
  block_sums<kThreads>(sums, shared);
  for (double& sum : sums) sum /= s.in.length;
  s.off_centre = sums[0] - math::kCentreOfEdges;
  s.off_pace = sums[1] - math::pace_wish(sums[2], sums[3]);
}

/// Terms that are sums over frames, as a thread collects them, in the order of LossTerm from kSmoothness on.
enum FrameTerm : int { kFrameSmoothness, kFrameDull, kFrameConnectedness, kFrameSaturation, kFrameTerms };

__device__ void heads_and_logits(const Sequence& s, int t, double (&terms)[kFrameTerms], const LossOutputs& out) {
  const std::int64_t row = s.first + t;
  for (int k = 0; k < kHeads; ++k) {
    const double step = s.step(t, k);
    terms[kFrameSmoothness] += std::abs(step);
    double grad = s.smoothness_scale() * (math::sign(step) - math::sign(s.step(t + 1, k)));
    if (k == kHue && t > 0) grad += s.slope(kPairHue, t) + s.missing_slope(kPairHue, math::hue_wish(), t);
    if (k == kBrightness && t > 0) grad += s.slope(kPairBrightness, t);
    if (k == kEdges)
      grad += s.missing_slope(kPairPlace, math::edges_wish(), t) +
              s.spec.centre / s.sequences * math::kOffCentre * 2 * s.off_centre / s.in.length;
    if (k == kSpeed) grad += s.spec.pace / s.sequences * 2 * s.off_pace / s.in.length;
    out.grad_heads(row, k) = static_cast<float>(grad);
    const double o = s.in.logits(row, k);
    terms[kFrameSaturation] += o * o;
    out.grad_logits(row, k) = static_cast<float>(2 * (s.spec.saturation / (s.frames * kHeadCount)) * o);
  }
}

__device__ void drawn(const Sequence& s, int t, double (&terms)[kFrameTerms], const LossOutputs& out) {
  const std::int64_t row = s.first + t;
  const math::DullPenalty dull =
      math::dull_penalty(s.in.metrics(row, kBrightnessStd), s.in.metrics(row, kBrightnessMean));
  terms[kFrameDull] += dull.value;
  const double missing = math::disconnected_penalty(s.in.chi[row]);
  terms[kFrameConnectedness] += missing;
  const double dull_scale = s.spec.dull / s.frames, by_change = s.by_change(t), by_next_change = s.by_change(t + 1),
               by_edges = s.by_edges(t);
  for (int p = 0; p < kTangents; ++p) {
    const auto jacobian = [&](Metric metric) {
      return static_cast<double>(s.in.jacobian(row, metric * kTangents + p));
    };
    const auto followed = [&](Metric metric) { return math::follows(s.spec.routes, metric, p) ? jacobian(metric) : 0; };
    double grad = by_change * followed(kTemporalChange) + by_edges * followed(kEdgeDensity) +
                  dull_scale * (dull.by_std * followed(kBrightnessStd) + dull.by_mean * followed(kBrightnessMean));
    if (t + 1 < s.in.length && math::follows(s.spec.routes, kTemporalChange, p))
      grad += by_next_change * s.in.previous_jacobian(row + 1, p);
    if (p < 2 && missing > 0)
      grad += s.spec.connectedness / s.frames * math::disconnected_slope(s.in.chi_gradient(row, p));
    out.grad_drawn(row, p) = static_cast<float>(grad);
  }
}

/// partial [sequences, kLossTerms]: each sequence's part of every term but the total.
__global__ void loss_kernel(LossSpec spec, LossInputs in, LossOutputs out, double* partial) {
  Sequence s{spec,
             in,
             std::int64_t{blockIdx.x} * in.length,
             static_cast<double>(in.drawn.rows()),
             static_cast<double>(gridDim.x),
             {},
             0,
             0,
             0};
  sum_pairs(spec, in, s.first, s.sums);
  sum_rows(s);
  s.deviation = math::edge_deviation(s.sums[kPairEdges], s.count());
  double terms[kFrameTerms] = {};
  for (int t = static_cast<int>(threadIdx.x); t < in.length; t += kThreads) {
    heads_and_logits(s, t, terms, out);
    drawn(s, t, terms, out);
  }
  GPU_SHARED(double, shared, [kThreads / kWarp * kFrameTerms]);
  block_sums<kThreads>(terms, shared);
  if (threadIdx.x != 0) return;
  double* const mine = partial + std::int64_t{blockIdx.x} * kLossTerms;
  constexpr LossTerm kTerm[kCorrelated] = {kTimbreColor, kTransientImpact, kSilenceStillness, kDistortionRoughness,
                                           kLoudnessBrightness};
  mine[kTotalLoss] = 0;
  for (int p = 0; p < kCorrelated; ++p)
    mine[kTerm[p]] = -pair_weight(spec, p) / s.sequences * math::pearson(s.sums[p], s.count());
  mine[kSmoothness] = s.smoothness_scale() * terms[kFrameSmoothness];
  mine[kDull] = spec.dull / s.frames * terms[kFrameDull];
  mine[kConnectedness] = spec.connectedness / s.frames * terms[kFrameConnectedness];
  mine[kEdgeVisibility] = spec.edge_visibility / s.sequences * math::invisible_edges(s.deviation);
  mine[kSaturationPenalty] = spec.saturation / (s.frames * kHeadCount) * terms[kFrameSaturation];
  mine[kAmplitude] = 0;
  if (spec.amplitude != 0)
    mine[kAmplitude] = spec.amplitude / s.sequences *
                       (s.missing(kPairPlace, math::edges_wish()) + s.missing(kPairHue, math::hue_wish()));
  mine[kCentre] = spec.centre / s.sequences * math::kOffCentre * s.off_centre * s.off_centre;
  mine[kPace] = spec.pace / s.sequences * s.off_pace * s.off_pace;
}

/// One warp: a lane sums a term over the sequences, in their order, and the first lane the terms.
__global__ void loss_terms_kernel(const double* partial, int sequences, float* terms) {
  const int term = static_cast<int>(threadIdx.x);
  double sum = 0;
  for (int q = 0; term < kLossTerms && q < sequences; ++q) sum += partial[q * kLossTerms + term];
  double total = 0;
  for (int k = kTimbreColor; k < kLossTerms; ++k) total += __shfl_sync(kAllLanes, sum, k);
  if (term < kLossTerms) terms[term] = static_cast<float>(term == kTotalLoss ? total : sum);
}

}  // namespace

void CudaBackend::loss(const LossSpec& spec, const LossInputs& in, const LossOutputs& out) {
  check_loss(in, out);
  const auto sequences = static_cast<unsigned>(in.drawn.rows() / in.length);
  double* const partial = scratch<double>(std::int64_t{sequences} * kLossTerms);
  launch("loss", loss_kernel, dim3(sequences), kThreads, 0, stream_, spec, in, out, partial);
  launch("loss_terms", loss_terms_kernel, 1, kWarp, 0, stream_, partial, static_cast<int>(sequences), out.terms.data());
}

}  // namespace fractalsync::cuda
