#include "onnx_export/features_graph.h"

#include <limits>
#include <numbers>

#include "math/features.h"
#include "onnx_export/spectrum_graph.h"
#include "stages/sample.h"

namespace fractalsync {
namespace {

constexpr int kBlocksPerFrame = kFftSize / kHop;

class FeatureGraph {
 public:
  FeatureGraph(GraphBuilder& graph, const PipelineShape& shape, const std::string& calls)
      : graph_(graph),
        shape_(shape),
        calls_(calls),
        zero_(graph.scalar("zero", 0)),
        blocks_of_frames_(blocks_of_frames("blocks_of_frames", 0)) {}

  /// Base features [rows, 6].
  std::string base(const std::string& pcm) {
    const std::string samples = usable_samples(pcm);
    const std::string power = add_power_spectra(graph_, samples, shape_.blocks());
    const Rows magnitude = rows("magnitude", graph_.node("Sqrt", "magnitude", {power}));
    measure_sums(magnitude.now);
    return graph_.concat(
        "base_features", 1,
        {centroid(magnitude.now), flux(magnitude), rms(samples), zcr(samples), onset(power), rolloff()});
  }

  /// The slopes of `values`; the first four frames of the stream have that of the fifth. `order` is 1 for the
  /// slopes of features, 2 for those of slopes.
  std::string deltas(const std::string& name, const std::string& values, int order) {
    const int later = kDeltaLag * (shape_.orders - order);  // slopes that the next order needs before the window
    const int out = shape_.window + 2 * later, in = out + 2 * kDeltaLag;
    std::vector<float> weights(static_cast<std::size_t>(std::int64_t{out} * in));
    for (int row = 0; row < out; ++row)
      for (int i = 0; i < kDeltaFrames; ++i)
        weights[static_cast<std::size_t>(std::int64_t{row} * in + row + i)] =
            static_cast<float>(math::slope_offset(i, kDeltaFrames) / math::slope_norm(kDeltaFrames));
    const std::string slopes =
        graph_.node("MatMul", name + "_slopes", {graph_.constant(name + "_weights", {out, in}, weights), values});
    // Row r is the stream's frame calls + r - later.
    const std::string edge =
        graph_.node("Sub", name + "_edge", {graph_.scalar(name + "_edge_first", float(kDeltaLag + later)), calls_});
    const std::string places =
        graph_.node("Max", name + "_places", {graph_.constant(name + "_rows", {out}, counting(0, out)), edge});
    return graph_.gather(name, slopes, 0, graph_.to_int64(name + "_indices", places));
  }

 private:
  /// All rows but the first, and the frame before each.
  struct Rows {
    std::string now, before;
  };

  Rows rows(const std::string& name, const std::string& frames) {
    return {graph_.slice(name + "_now", frames, 0, 1, shape_.rows()),
            graph_.slice(name + "_before", frames, 0, 0, shape_.rows())};
  }

  std::string scaled(const std::string& name, const std::string& value, double factor) {
    return graph_.node("Mul", name, {value, graph_.scalar(name + "_scale", static_cast<float>(factor))});
  }

  /// Whatever is not a number within the limit is 0: NaN compares false.
  std::string usable_samples(const std::string& pcm) {
    const std::string usable =
        graph_.node("LessOrEqual", "sample_usable",
                    {graph_.node("Abs", "sample_size", {pcm}), graph_.scalar("largest_sample", kLargestSample)});
    return graph_.node("Where", "samples", {usable, pcm, zero_});
  }

  /// [rows, blocks]: 1 where the block is one of the frame's, but for its first `skipped` ones.
  std::string blocks_of_frames(const std::string& name, int skipped) {
    std::vector<float> member(static_cast<std::size_t>(std::int64_t{shape_.rows()} * shape_.blocks()));
    for (int row = 0; row < shape_.rows(); ++row)
      for (int i = skipped; i < kBlocksPerFrame; ++i)
        member[static_cast<std::size_t>(std::int64_t{row} * shape_.blocks() + row + 1 + i)] = 1;
    return graph_.constant(name, {shape_.rows(), shape_.blocks()}, member);
  }

  /// 1 where number + calls is above `last`, for numbers that count from `first`: what comes after the stream's start.
  std::string after_start(const std::string& name, int first, int count, int last) {
    const std::string numbers = graph_.constant(name + "_numbers", {count, 1}, counting(first, count));
    return graph_.node("Greater", name,
                       {graph_.node("Add", name + "_in_stream", {numbers, calls_}),
                        graph_.scalar(name + "_last", static_cast<float>(last))});
  }

  // What is summed over a frame's samples is summed over the blocks first.

  std::string rms(const std::string& samples) {
    const std::string squares =
        graph_.reshape("square_blocks", graph_.node("Mul", "squares", {samples, samples}), {shape_.blocks(), kHop});
    const std::string sum =
        graph_.node("MatMul", "square_sum", {blocks_of_frames_, graph_.sum("block_square_sum", squares, 1)});
    return graph_.node("Sqrt", "rms", {scaled("mean_square", sum, 1.0 / kFftSize)});
  }

  /// 1 where a sample's sign is not that of the one before, [blocks, 512].
  std::string sign_changes(const std::string& samples) {
    const std::int64_t size = shape_.samples();
    const std::string negative = graph_.to_float(
        "negative",
        graph_.node("Less", "is_negative", {samples, graph_.scalar("crossing_threshold", -kZeroCrossingThreshold)}));
    const std::string step = graph_.node("Sub", "sign_step",
                                         {graph_.slice("negative_now", negative, 0, 1, size - 1),
                                          graph_.slice("negative_before", negative, 0, 0, size - 1)});
    const std::string nothing = graph_.constant("no_change", {1}, std::vector<float>{0});
    const std::string changes = graph_.concat("sign_changes", 0, {nothing, graph_.node("Abs", "sign_change", {step})});
    return graph_.reshape("crossing_blocks", changes, {shape_.blocks(), kHop});
  }

  std::string zcr(const std::string& samples) {
    const auto crossings =
        graph_.split(sign_changes(samples), 1, {"crossings_entering", "crossings_within"}, {1, kHop - 1});
    // The crossing into a frame's first block has one foot outside, and so has that into the stream's first sample.
    const std::string entering =
        graph_.node("Where", "crossings_counted",
                    {after_start("block_after_start", 0, shape_.blocks(), shape_.first_block()), crossings[0], zero_});
    const std::string within = graph_.sum("block_crossings", crossings[1], 1);
    const std::string count = graph_.node(
        "Add", "crossings",
        {graph_.node("MatMul", "crossings_in_blocks", {blocks_of_frames_, within}),
         graph_.node("MatMul", "crossings_between_blocks", {blocks_of_frames("later_blocks_of_frames", 1), entering})});
    return scaled("zcr", count, 1.0 / kFftSize);
  }

  void measure_sums(const std::string& magnitude) {
    cumulative_ = graph_.cumulative_sum("magnitude_cumulative", magnitude, 1);
    total_ = graph_.slice("magnitude_sum", cumulative_, 1, kBins - 1, 1);
  }

  /// In shares of the Nyquist frequency; 0 / tiny for a silent frame.
  std::string centroid(const std::string& magnitude) {
    const std::string bins = graph_.constant("bin_numbers", {kBins, 1}, counting(0, kBins));
    const std::string divisor =
        graph_.node("Max", "magnitude_divisor", {total_, graph_.scalar("smallest", std::numeric_limits<float>::min())});
    const std::string bin =
        graph_.node("Div", "centroid_bin", {graph_.node("MatMul", "magnitude_moment", {magnitude, bins}), divisor});
    return scaled("centroid", bin, math::kBinHz / kNyquistHz);
  }

  std::string flux(const Rows& magnitude) {
    const std::string step = graph_.node("Sub", "magnitude_step", {magnitude.now, magnitude.before});
    const std::string flux = graph_.sum("flux_sum", graph_.node("Mul", "magnitude_step_squared", {step, step}), 1);
    return graph_.node(
        "Log", "flux",
        {graph_.node("Add", "flux_plus_one", {unless_first("flux_raw", flux), graph_.scalar("one", 1)})});
  }

  std::string onset(const std::string& power) {
    const std::string mel = graph_.node("MatMul", "mel", {power, mel_weights()});
    const std::string floored =
        graph_.node("Max", "mel_floored", {mel, graph_.scalar("mel_floor", FeatureSpec{}.mel_floor)});
    const Rows db = rows("mel_db", scaled("mel_db", graph_.node("Log", "mel_log", {floored}),
                                          math::kDecibelPerOctave * std::numbers::log2e));
    const std::string rise =
        graph_.node("Relu", "mel_db_rise", {graph_.node("Sub", "mel_db_step", {db.now, db.before})});
    return unless_first("onset", scaled("onset_mean", graph_.sum("onset_sum", rise, 1), 1.0 / kMelBands));
  }

  /// 0 in the stream's first frame (and before it), which has none to compare with.
  std::string unless_first(const std::string& name, const std::string& value) {
    if (later_frame_.empty()) later_frame_ = after_start("row_after_start", -shape_.lag_frames(), shape_.rows(), 0);
    return graph_.node("Where", name, {later_frame_, value, zero_});
  }

  std::string mel_weights() {
    std::vector<float> weights(kBins * kMelBands);
    for (int band = 0; band < kMelBands; ++band) {
      const double lower = math::mel_edge_hz(band), centre = math::mel_edge_hz(band + 1),
                   upper = math::mel_edge_hz(band + 2);
      for (int bin = 0; bin < kBins; ++bin)
        weights[bin * kMelBands + band] =
            static_cast<float>(math::mel_weight(bin * math::kBinHz, lower, centre, upper));
    }
    return graph_.constant("mel_weights", {kBins, kMelBands}, weights);
  }

  /// The lowest bin that reaches the share is as many bins up as there are below it: sums of magnitudes never fall.
  std::string rolloff() {
    const std::string below = graph_.to_float(
        "rolloff_below",
        graph_.node("Less", "is_below_rolloff", {cumulative_, scaled("rolloff_wanted", total_, kRolloffShare)}));
    return scaled("rolloff", graph_.sum("rolloff_bin", below, 1), math::kBinHz / kNyquistHz);
  }

  GraphBuilder& graph_;
  const PipelineShape& shape_;
  const std::string calls_, zero_, blocks_of_frames_;
  std::string cumulative_, total_;  ///< of magnitudes
  std::string later_frame_;
};

}  // namespace

std::string add_features(GraphBuilder& graph, const PipelineShape& shape, const WindowSpec& window,
                         const std::string& pcm, const std::string& calls) {
  FeatureGraph features(graph, shape, calls);
  const std::string base = features.base(pcm);
  std::vector<std::string> columns = {graph.slice("base_window", base, 0, shape.lag_frames(), shape.window)};
  if (shape.orders > 0) {
    const std::string delta = features.deltas("delta", base, 1);
    if (window.include_delta)
      columns.push_back(graph.slice("delta_window", delta, 0, shape.lag_frames() - kDeltaLag, shape.window));
    if (window.include_delta_delta) columns.push_back(features.deltas("delta_delta", delta, 2));
  }
  return graph.concat(kPipelineFeatures, 1, columns);
}

}  // namespace fractalsync
