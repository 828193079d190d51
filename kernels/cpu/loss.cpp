// The loss of a batch and its gradients. Some thousand numbers in all, in double and in one fixed order: exact enough
// that the order of a GPU's sums will not matter, and a few microseconds.
#include "math/loss.h"

#include <algorithm>
#include <cmath>

#include "cpu/cpu_backend.h"
#include "math/atlas.h"
#include "stages/atlas.h"
#include "stages/loss_checks.h"

namespace fractalsync::cpu {
namespace {

/// Collects one batch's loss: every method adds one term and its gradients.
class LossPass {
 public:
  LossPass(const LossSpec& spec, const LossInputs& in, const LossOutputs& out)
      : spec_(spec), in_(in), out_(out), frames_(in.drawn.rows()), sequences_(frames_ / in.length) {
    for (std::int64_t t = 0; t < frames_; ++t) {
      std::fill_n(out.grad_drawn.row(t), kDrawnColumns, 0.0f);
      std::fill_n(out.grad_heads.row(t), kHeads, 0.0f);
    }
  }

  /// Adds -weight * mean over sequences of r(target, metric); returns the term.
  double correlate_edges(double weight, Target target) {
    return correlate(
        weight, target, [&](std::int64_t row) { return edges(row); },
        [&](std::int64_t row, double grad) { add_edges_gradient(row, grad); });
  }
  double correlate_change(double weight, Target target) {
    return correlate(
        weight, target,
        [&](std::int64_t row) { return gain(math::kCalibratedChange, row) * in_.metrics(row, kTemporalChange); },
        [&](std::int64_t row, double grad) {
          add_metric_gradient(row, kTemporalChange, gain(math::kCalibratedChange, row) * grad);
        });
  }
  double correlate_head(double weight, Target target, Head head) {
    return correlate(
        weight, target, [&](std::int64_t row) { return in_.heads(row, head); },
        [&](std::int64_t row, double grad) { add(out_.grad_heads(row, head), grad); });
  }

  /// weight * mean |difference of consecutive frames| over the heads that are smoothed.
  double smoothness() {
    const auto smoothed = std::count(std::begin(spec_.smooths), std::end(spec_.smooths), true);
    const double scale =
        spec_.smoothness / static_cast<double>(sequences_ * (in_.length - 1) * std::max<std::int64_t>(smoothed, 1));
    double sum = 0;
    for_each_pair([&](std::int64_t row) {
      for (int k = 0; k < kHeads; ++k) {
        if (!spec_.smooths[k]) continue;
        const double step = static_cast<double>(in_.heads(row, k)) - in_.heads(row - 1, k);
        sum += std::abs(step);
        add(out_.grad_heads(row, k), scale * math::sign(step));
        add(out_.grad_heads(row - 1, k), -scale * math::sign(step));
      }
    });
    return scale * sum;
  }

  double dull() {
    const double scale = spec_.dull / static_cast<double>(frames_);
    double sum = 0;
    for (std::int64_t t = 0; t < frames_; ++t) {
      const math::DullPenalty dull =
          math::dull_penalty(in_.metrics(t, kBrightnessStd), in_.metrics(t, kBrightnessMean));
      sum += dull.value;
      if (dull.by_std != 0) add_metric_gradient(t, kBrightnessStd, scale * dull.by_std);
      if (dull.by_mean != 0) add_metric_gradient(t, kBrightnessMean, scale * dull.by_mean);
    }
    return scale * sum;
  }

  double connectedness() {
    const double scale = spec_.connectedness / static_cast<double>(frames_);
    double sum = 0;
    for (std::int64_t t = 0; t < frames_; ++t) {
      const double missing = math::disconnected_penalty(in_.chi[t]);
      if (!(missing > 0)) continue;
      sum += missing;
      for (int k = 0; k < 2; ++k) add(out_.grad_drawn(t, k), scale * math::disconnected_slope(in_.chi_gradient(t, k)));
    }
    return scale * sum;
  }

  double edge_visibility() {
    const double scale = spec_.edge_visibility / static_cast<double>(sequences_);
    const std::int64_t count = in_.length - 1;
    double sum = 0;
    for (std::int64_t q = 0; q < sequences_; ++q) {
      const std::int64_t first = q * in_.length + 1;
      const auto edge = [&](std::int64_t t) { return edges(first + t); };
      const auto s = math::pair_sums<double>(count, edge, edge);
      const auto n = static_cast<double>(count);
      const double deviation = math::edge_deviation(s, n);
      const double missing = math::invisible_edges(deviation);
      if (!(missing > 0)) continue;
      sum += missing;
      for (std::int64_t t = 0; t < count; ++t)
        add_edges_gradient(first + t, math::invisible_edges_slope(scale, s, n, deviation, edge(t)));
    }
    return scale * sum;
  }

  /// e and hue should move as much as the sound does.
  double amplitude() {
    if (spec_.amplitude == 0) return 0;
    return follow(kTargetZcr, kEdges, math::edges_wish()) + follow(kTargetCentroid, kHue, math::hue_wish());
  }

  double centre() {
    const double scale = spec_.centre / static_cast<double>(sequences_), n = in_.length;
    double sum = 0;
    for (std::int64_t q = 0; q < sequences_; ++q) {
      const double off = mean_of(q, in_.heads, kEdges) - math::kCentreOfEdges;
      sum += math::kOffCentre * off * off;
      for_each_of(q,
                  [&](std::int64_t row) { add(out_.grad_heads(row, kEdges), scale * math::kOffCentre * 2 * off / n); });
    }
    return scale * sum;
  }

  double pace() {
    const double scale = spec_.pace / static_cast<double>(sequences_), n = in_.length;
    double sum = 0;
    for (std::int64_t q = 0; q < sequences_; ++q) {
      const double wish = math::pace_wish(mean_of(q, in_.targets, kTargetRms), mean_of(q, in_.targets, kTargetFlux));
      const double off = mean_of(q, in_.heads, kSpeed) - wish;
      sum += off * off;
      for_each_of(q, [&](std::int64_t row) { add(out_.grad_heads(row, kSpeed), scale * 2 * off / n); });
    }
    return scale * sum;
  }

  /// weight * mean o^2: a tanh or sigmoid driven to its flat end would stay there.
  double saturation() {
    const double scale = spec_.saturation / static_cast<double>(frames_ * kHeads);
    double sum = 0;
    for (std::int64_t t = 0; t < frames_; ++t)
      for (int k = 0; k < kHeads; ++k) {
        const double o = in_.logits(t, k);
        sum += o * o;
        out_.grad_logits(t, k) = static_cast<float>(2 * scale * o);
      }
    return scale * sum;
  }

 private:
  template <class Visit>
  void for_each_of(std::int64_t sequence, Visit visit) const {
    for (std::int64_t t = 0; t < in_.length; ++t) visit(sequence * in_.length + t);
  }
  double mean_of(std::int64_t sequence, Matrix<const float> rows, int column) const {
    double sum = 0;
    for_each_of(sequence, [&](std::int64_t row) { sum += rows(row, column); });
    return sum / in_.length;
  }

  /// What a frame's edges or change count by.
  double gain(math::Calibrated metric, std::int64_t row) const {
    return spec_.calibrated ? math::calibration<double>(metric, in_.heads(row, kEdges)) : 1;
  }
  double edges(std::int64_t row) const { return gain(math::kCalibratedEdges, row) * in_.metrics(row, kEdgeDensity); }
  void add_edges_gradient(std::int64_t row, double grad) {
    add_metric_gradient(row, kEdgeDensity, gain(math::kCalibratedEdges, row) * grad);
  }

  /// weight * mean over sequences of relu(wish - deviation of the head) / unit.
  double follow(Target heard, int head, const math::AmplitudeWish& wish) {
    const double scale = spec_.amplitude / static_cast<double>(sequences_);
    const std::int64_t count = in_.length - 1;
    const auto n = static_cast<double>(count);
    double sum = 0;
    for (std::int64_t q = 0; q < sequences_; ++q) {
      const std::int64_t first = q * in_.length + 1;
      const auto x = [&](std::int64_t t) { return static_cast<double>(in_.targets(first + t, heard)); };
      const auto y = [&](std::int64_t t) { return static_cast<double>(in_.heads(first + t, head)); };
      const auto s = math::pair_sums<double>(count, x, y);
      const double deviation = math::series_deviation(s.yy, n);
      const double missing = math::too_flat(wish.of(math::series_deviation(s.xx, n)), deviation, wish.unit);
      if (!(missing > 0)) continue;
      sum += missing;
      for (std::int64_t t = 0; t < count; ++t)
        add(out_.grad_heads(first + t, head), math::too_flat_slope(scale, wish.unit, y(t), s.mean_y, n, deviation));
    }
    return scale * sum;
  }

  static void add(float& sum, double value) { sum = static_cast<float>(sum + value); }

  /// Rows that have a predecessor in their sequence.
  template <class Visit>
  void for_each_pair(Visit visit) {
    for (std::int64_t t = 0; t < frames_; ++t)
      if (t % in_.length != 0) visit(t);
  }

  /// Sends a metric's gradient through its Jacobian; a temporal change also reaches the frame before.
  void add_metric_gradient(std::int64_t row, Metric metric, double grad) {
    for (int p = 0; p < kTangents; ++p) {
      if (!math::follows(spec_.routes, metric, p)) continue;
      add(out_.grad_drawn(row, p), grad * in_.jacobian(row, metric * kTangents + p));
      if (metric == kTemporalChange) add(out_.grad_drawn(row - 1, p), grad * in_.previous_jacobian(row, p));
    }
  }

  template <class Value, class Gradient>
  double correlate(double weight, Target target, Value value, Gradient gradient) {
    const std::int64_t count = in_.length - 1;  // the first frame of a sequence has no temporal change
    const double n = static_cast<double>(count);
    const double scale = -weight / static_cast<double>(sequences_);
    double sum = 0;
    for (std::int64_t q = 0; q < sequences_; ++q) {
      const std::int64_t first = q * in_.length + 1;
      const auto x = [&](std::int64_t t) { return static_cast<double>(in_.targets(first + t, target)); };
      const auto y = [&](std::int64_t t) { return static_cast<double>(value(first + t)); };
      const auto s = math::pair_sums<double>(count, x, y);
      sum += math::pearson(s, n);
      for (std::int64_t t = 0; t < count; ++t) gradient(first + t, scale * math::pearson_slope(s, n, x(t), y(t)));
    }
    return scale * sum;
  }

  const LossSpec& spec_;
  const LossInputs& in_;
  const LossOutputs& out_;
  std::int64_t frames_, sequences_;
};

}  // namespace

void CpuBackend::loss(const LossSpec& spec, const LossInputs& in, const LossOutputs& out) {
  check_loss(in, out);
  LossPass pass(spec, in, out);
  double terms[kLossTerms] = {};
  terms[kTimbreColor] = pass.correlate_head(spec.centroid_hue, kTargetCentroid, kHue);
  terms[kTransientImpact] = pass.correlate_change(spec.flux_change, kTargetFlux);
  terms[kSilenceStillness] = pass.correlate_change(spec.rms_change, kTargetRms);
  terms[kDistortionRoughness] = pass.correlate_edges(spec.zcr_edges, kTargetZcr);
  terms[kSmoothness] = pass.smoothness();
  terms[kDull] = pass.dull();
  terms[kConnectedness] = pass.connectedness();
  terms[kEdgeVisibility] = pass.edge_visibility();
  terms[kSaturationPenalty] = pass.saturation();
  terms[kLoudnessBrightness] = pass.correlate_head(spec.loudness_brightness, kTargetRms, kBrightness);
  terms[kAmplitude] = pass.amplitude();
  terms[kCentre] = pass.centre();
  terms[kPace] = pass.pace();
  for (int term = kTimbreColor; term < kLossTerms; ++term) terms[kTotalLoss] += terms[term];
  for (int term = 0; term < kLossTerms; ++term) out.terms[term] = static_cast<float>(terms[term]);
}

}  // namespace fractalsync::cpu
