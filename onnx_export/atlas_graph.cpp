#include "onnx_export/atlas_graph.h"

#include <algorithm>
#include <numbers>

#include "math/atlas_motion.h"
#include "math/context.h"

namespace fractalsync {
namespace {

/// Shorter names for graphs that read like formulas. Each node is called `name`.
class Formula {
 public:
  explicit Formula(GraphBuilder& graph) : graph_(graph) {}

  std::string add(const std::string& name, const std::string& a, const std::string& b) {
    return two("Add", name, a, b);
  }
  std::string sub(const std::string& name, const std::string& a, const std::string& b) {
    return two("Sub", name, a, b);
  }
  std::string mul(const std::string& name, const std::string& a, const std::string& b) {
    return two("Mul", name, a, b);
  }
  std::string div(const std::string& name, const std::string& a, const std::string& b) {
    return two("Div", name, a, b);
  }
  std::string max(const std::string& name, const std::string& a, const std::string& b) {
    return two("Max", name, a, b);
  }
  std::string min(const std::string& name, const std::string& a, const std::string& b) {
    return two("Min", name, a, b);
  }
  std::string one(const std::string& op, const std::string& name, const std::string& a) {
    return graph_.node(op, name, {a});
  }
  std::string where(const std::string& name, const std::string& condition, const std::string& a, const std::string& b) {
    return graph_.node("Where", name, {condition, a, b});
  }
  /// A scalar, `name` being its own.
  std::string number(const std::string& name, double value) { return graph_.scalar(name, static_cast<float>(value)); }
  std::string clip(const std::string& name, const std::string& a, double low, double high) {
    return graph_.node("Clip", name, {a, number(name + "_low", low), number(name + "_high", high)});
  }

 private:
  std::string two(const char* op, const std::string& name, const std::string& a, const std::string& b) {
    return graph_.node(op, name, {a, b});
  }
  GraphBuilder& graph_;
};

// --- what is heard

/// Base features of a window [rows, W F]: their mean over it, and those of its last frame, each [rows, 6].
struct WindowFeatures {
  std::string mean, newest;
};
WindowFeatures add_window_features(GraphBuilder& graph, const WindowSpec& window, const std::string& standardized) {
  const std::int64_t width = window.input(), features = window.features();
  std::vector<float> weights(static_cast<std::size_t>(width * kBaseFeatures));
  for (std::int64_t i = 0; i < width; ++i)
    if (i % features < kBaseFeatures)
      weights[static_cast<std::size_t>(i * kBaseFeatures + i % features)] = 1 / static_cast<float>(window.frames);
  return {graph.node("MatMul", "window_mean",
                     {standardized, graph.constant("window_mean_weights", {width, kBaseFeatures}, weights)}),
          graph.slice("newest", standardized, 1, width - features, kBaseFeatures)};
}

/// math::swing
std::string add_swing(GraphBuilder& graph, const std::string& name, const std::string& z, const std::string& mean,
                      const std::string& scale) {
  Formula f(graph);
  const std::string swing = f.div(name + "_unclipped", f.sub(name + "_difference", z, mean), scale);
  return f.clip(name, swing, -math::kSwingLimit, math::kSwingLimit);
}

/// The network's rows: window and context.
std::string add_context_row(GraphBuilder& graph, const std::string& standardized, const WindowFeatures& window,
                            const std::string& mean, const std::string& deviation) {
  Formula f(graph);
  const std::string scale = f.max("context_scale", deviation, f.number("smallest_swing", math::kSmallestSwing));
  return graph.concat("inputs", 1,
                      {standardized, f.clip("context_mean", mean, -kStandardizedLimit, kStandardizedLimit),
                       f.min("context_deviation", deviation, f.number("largest_deviation", kStandardizedLimit)),
                       add_swing(graph, "window_swing", window.mean, mean, scale),
                       add_swing(graph, "newest_swing", window.newest, mean, scale)});
}

// --- what is drawn

/// Columns of the logits: what is low-passed, in the order of math::low_passed_head, and the speed.
struct AtlasHeads {
  std::string smoothed;  ///< [rows, 5], before the low-passes
  std::string speed;     ///< [rows, 1]
};
AtlasHeads add_atlas_heads(GraphBuilder& graph, const AtlasSpec& spec, const std::string& logits) {
  static_assert(kEdges == 0 && kJourney == 1 && kHue == 2 && kSaturation == 3 && kBrightness == 4 && kLogZoom == 5 &&
                kSpeed == 6 && kHeads == 7);
  Formula f(graph);
  const std::vector<std::string> parts = graph.split(
      logits, 1, {"edges_logit", "reserved_logit", "color_logits", "zoom_logit", "speed_logit"}, {1, 1, 3, 1, 1});
  const std::string swing =
      f.mul("zoom_swing", f.one("Tanh", "zoom_tanh", parts[3]), f.number("largest_zoom_swing", spec.log_zoom_swing));
  return {graph.concat("smoothed_heads", 1,
                       {f.one("Sigmoid", "edges_head", parts[0]), f.one("Sigmoid", "color_heads", parts[2]), swing}),
          f.one("Sigmoid", "speed", parts[4])};
}

/// The share that each of `count` evenly spaced nodes has in a value between them, 0 being the first node and 1 the
/// last: a hat over each. `place` [rows, 1] -> [rows, count].
std::string add_hats(GraphBuilder& graph, const std::string& name, const std::string& place, int count) {
  Formula f(graph);
  const std::string at =
      f.mul(name + "_place", f.clip(name + "_clipped", place, 0, 1), f.number(name + "_last", count - 1));
  const std::string far = f.one(
      "Abs", name + "_far", f.sub(name + "_offset", at, graph.constant(name + "_nodes", {count}, counting(0, count))));
  return f.one("Relu", name, f.sub(name + "_near", f.number(name + "_one", 1), far));
}

/// math::look_up: a row's weights over the psi, then over the e.
std::string add_look_up(GraphBuilder& graph, const std::string& name, const float* table, const std::string& rows,
                        const std::string& columns) {
  const std::string nodes =
      graph.constant(name + "_table", {kAtlasRows, kAtlasColumns}, View<const float>(table, kAtlasNodes));
  const std::string at_psi = graph.node("MatMul", name + "_at_psi", {rows, nodes});
  return graph.sum(name, graph.node("Mul", name + "_weighed", {at_psi, columns}), 1);
}

/// What is drawn of one frame: psi's step, the atlas, and the seven parameters. Shapes [rows, 1].
struct DrawnFrame {
  std::string theta, turn;
};
DrawnFrame add_drawn(GraphBuilder& graph, const AtlasSpec& spec, const std::string& smooth, const std::string& speed,
                     const std::string& theta_before) {
  Formula f(graph);
  const std::vector<std::string> parts = graph.split(smooth, 1, {"edges", "color", "zoom_offset"}, {1, 3, 1});
  const std::string& e = parts[0];
  // math::travel_step
  const std::string slowed = f.sub("travel_slowed", f.number("full_travel", 1),
                                   f.mul("edges_slow", e, f.number("edges_slow_travel", math::kEdgesSlowTravel)));
  const std::string travel =
      f.mul("travel",
            f.mul("travel_of_speed", speed, f.number("travel_rate", double{spec.travel} / math::kUsualTravel)), slowed);
  const std::string theta = f.add("theta", theta_before, travel);
  // math::journey_angle
  const std::string round =
      f.mul("journey_round", f.one("Sin", "journey_sine", theta), f.number("roundness", math::kJourneyRound));
  const std::string psi = f.add("psi",
                                f.mul("journey", f.one("Asin", "journey_arc", round),
                                      f.number("reach", math::kJourneyReach / math::kJourneyWidth)),
                                f.number("middle", math::kJourneyMiddle));
  const AtlasTables tables = atlas_tables();
  const std::string place = f.mul("psi_share", f.sub("psi_from_first", psi, f.number("first_angle", kAtlasFirstAngle)),
                                  f.number("angles", 1 / (kAtlasLastAngle - kAtlasFirstAngle)));
  const std::string rows = add_hats(graph, "psi_hats", place, kAtlasRows),
                    columns = add_hats(graph, "edges_hats", e, kAtlasColumns);
  const std::string rho = add_look_up(graph, "rho", tables.rho, rows, columns),
                    sensitivity = add_look_up(graph, "sensitivity", tables.sensitivity, rows, columns);
  // c = m / 2 - m^2 / 4
  const std::string half = f.number("half", 0.5);
  const std::string re = f.mul("m_re", rho, f.one("Cos", "psi_cosine", psi)),
                    im = f.mul("m_im", rho, f.one("Sin", "psi_sine", psi));
  const std::string square = f.sub("m_square_re", f.mul("m_re_re", re, re), f.mul("m_im_im", im, im));
  const std::string c_re =
      f.sub("c_re", f.mul("m_re_half", re, half), f.mul("m_square_quarter", square, f.number("quarter", 0.25)));
  const std::string c_im = f.mul("c_im", f.mul("m_im_half", im, half), f.sub("m_rest", f.number("whole", 1), re));
  const std::string zoom =
      f.one("Exp", "zoom", f.add("log_zoom", parts[2], f.number("log_zoom_middle", spec.log_zoom)));
  graph.concat(kVisualOutput, 1, {c_re, c_im, parts[1], zoom, speed});
  // math::turn_of_speed
  const std::string full = f.number("full_turn", double{spec.played_omega} * math::kUsualSensitivity);
  return {theta, f.mul("turn", speed, f.div("turn_of_speed", full, sensitivity))};
}

/// math::wrapped_once
std::string add_wrapped(GraphBuilder& graph, const std::string& output, const std::string& angle) {
  Formula f(graph);
  const std::string whole = f.number(output + "_whole_turn", math::kTwoPi);
  return f.where(output, graph.node("GreaterOrEqual", output + "_is_beyond", {angle, whole}),
                 f.sub(output + "_turned_back", angle, whole), angle);
}

constexpr int kCallsThatCount = math::kContextMemory - math::kContextPrior;  ///< of context's weights

}  // namespace

std::string add_unknown_context(GraphBuilder& graph, const WindowSpec& window, const std::string& standardized) {
  const WindowFeatures features = add_window_features(graph, window, standardized);
  // As many rows as there are windows, whatever the number.
  Formula f(graph);
  const std::string mean = f.mul("unknown_mean", features.newest, f.number("nothing", 0));
  return add_context_row(graph, standardized, features, mean, f.add("unknown_deviation", mean, f.number("usual", 1)));
}

void add_first_picture(GraphBuilder& graph, const AtlasSpec& spec, const std::string& logits) {
  const AtlasHeads heads = add_atlas_heads(graph, spec, logits);
  add_drawn(graph, spec, heads.smoothed, heads.speed, graph.scalar("journey_start", 0));
}

AtlasState split_atlas_state(GraphBuilder& graph, const std::string& state) {
  const auto parts = graph.split(
      state, 0, {"calls", "mean_before", "variance_before", "smooth_before", "journey_before", "rotation_before"},
      {1, kBaseFeatures, kBaseFeatures, math::kAtlasLowPasses, 1, 1});
  return {parts[0],
          parts[1],
          parts[2],
          parts[3],
          parts[4],
          parts[5],
          graph.node("Greater", "has_begun", {parts[0], graph.scalar("no_calls", 0)})};
}

std::string add_song_context(GraphBuilder& graph, const WindowSpec& window, const AtlasState& state,
                             const std::string& standardized, AtlasState& next) {
  Formula f(graph);
  const WindowFeatures features = add_window_features(graph, window, standardized);
  // The first call hears all frames of its window. Those before the newest weigh alike, so that their mean and
  // variance, the prior's with them, are plain sums.
  const int earlier = window.frames - 1;
  const std::int64_t width = window.input();
  const double share = 1.0 / (math::kContextPrior + earlier);
  FS_CHECK(math::kContextPrior + window.frames <= math::kContextMemory);
  std::vector<float> weights(static_cast<std::size_t>(width * kBaseFeatures));
  for (std::int64_t i = 0; i < width - window.features(); ++i)
    if (i % window.features() < kBaseFeatures)
      weights[static_cast<std::size_t>(i * kBaseFeatures + i % window.features())] = static_cast<float>(share);
  const std::string weigh = graph.constant("earlier_weights", {width, kBaseFeatures}, weights);
  const std::string first_mean = graph.node("MatMul", "first_mean", {standardized, weigh});
  const std::string squares =
      graph.node("MatMul", "first_squares", {f.mul("standardized_squared", standardized, standardized), weigh});
  const std::string first_variance = f.sub(
      "first_variance", f.add("first_second_moment", squares, f.number("prior_share", math::kContextPrior * share)),
      f.mul("first_mean_squared", first_mean, first_mean));
  const std::string mean = f.where("mean_so_far", state.begun, state.mean, first_mean),
                    variance = f.where("variance_so_far", state.begun, state.variance, first_variance);
  // math::Moments::hear of the newest frame.
  const std::string count = f.min(
      "frames_counted", f.add("frames_with_prior", state.calls, f.number("prior", math::kContextPrior + window.frames)),
      f.number("memory", math::kContextMemory));
  const std::string weight = f.div("newest_weight", f.number("one_frame", 1), count);
  const std::string difference = f.sub("newest_difference", features.newest, mean);
  const std::string step = f.mul("mean_step", weight, difference);
  const std::string now = f.add("mean_now", mean, step);
  const std::string variance_now = f.mul("variance_now", f.sub("weight_left", f.number("all_weight", 1), weight),
                                         f.add("variance_grown", variance, f.mul("variance_step", step, difference)));
  next.mean = graph.reshape("next_mean", now, {kBaseFeatures});
  next.variance = graph.reshape("next_variance", variance_now, {kBaseFeatures});
  return add_context_row(graph, standardized, features, now, f.one("Sqrt", "deviation_now", variance_now));
}

void add_atlas_motion(GraphBuilder& graph, const AtlasSpec& spec, const AtlasState& state, const std::string& logits,
                      AtlasState& next) {
  Formula f(graph);
  const AtlasHeads heads = add_atlas_heads(graph, spec, logits);
  std::vector<float> taken, kept;
  for (int i = 0; i < math::kAtlasLowPasses; ++i) {
    taken.push_back(math::low_pass_of(spec, math::low_passed_head(i)));
    kept.push_back(1 - taken.back());
  }
  const std::string low_passed = f.add(
      "low_passed", f.mul("smooth_kept", state.smooth, graph.constant("low_pass_kept", {math::kAtlasLowPasses}, kept)),
      f.mul("smooth_taken", heads.smoothed, graph.constant("low_pass_alpha", {math::kAtlasLowPasses}, taken)));
  const std::string smooth = f.where("smooth", state.begun, low_passed, heads.smoothed);
  const DrawnFrame drawn = add_drawn(graph, spec, smooth, heads.speed, state.journey);
  next.smooth = graph.reshape("next_smooth", smooth, {math::kAtlasLowPasses});
  next.journey = add_wrapped(graph, "next_journey", graph.reshape("theta_now", drawn.theta, {1}));
  next.rotation = add_wrapped(graph, kPipelineRotation,
                              f.add("turned", state.rotation, graph.reshape("turn_now", drawn.turn, {1})));
}

void join_atlas_state(GraphBuilder& graph, const PipelineShape& shape, const AtlasState& state,
                      const AtlasState& next) {
  Formula f(graph);
  // Calls are counted as long as anything depends on them.
  const int most = std::max(shape.first_block(), kCallsThatCount);
  const std::string calls =
      f.min("next_calls", f.add("calls_counted", state.calls, f.number("one_call", 1)), f.number("calls_most", most));
  graph.concat(kPipelineNextState, 0, {calls, next.mean, next.variance, next.smooth, next.journey, next.rotation});
}

}  // namespace fractalsync
