#include "onnx_export/atlas_graph.h"

#include <numbers>

#include "math/atlas_motion.h"

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

/// One of a node's values at a place: the shares of the rows, then of the columns. -> [rows, 1]
std::string add_node_value(GraphBuilder& graph, const std::string& name, AtlasNode value, const std::string& rows,
                           const std::string& columns) {
  std::vector<float> plane;
  for (int k = value; k < kAtlasNumbers; k += kNodeValues) plane.push_back(atlas_tables().nodes[k]);
  const std::string table = graph.constant(name + "_table", {kAtlasRows, kAtlasColumns}, plane);
  const std::string across = graph.node("MatMul", name + "_across", {rows, table});
  return graph.sum(name, graph.node("Mul", name + "_weighed", {across, columns}), 1);
}

/// math::atlas_place, each [rows, 1].
struct PlaceNames {
  std::string re, im, sensitivity, log_zoom;
};
PlaceNames add_place(GraphBuilder& graph, const std::string& along, const std::string& e) {
  const std::string rows = add_hats(graph, "place_hats", along, kAtlasRows),
                    columns = add_hats(graph, "edges_hats", e, kAtlasColumns);
  const std::string zooms =
      graph.constant("place_zooms", {kAtlasRows, 1}, View<const float>(atlas_tables().log_zoom, kAtlasRows));
  return {add_node_value(graph, "c_re", kNodeReal, rows, columns),
          add_node_value(graph, "c_im", kNodeImag, rows, columns),
          add_node_value(graph, "sensitivity", kNodeSensitivity, rows, columns),
          graph.node("MatMul", "place_log_zoom", {rows, zooms})};
}

/// What is drawn of one frame: the journey's step, the atlas, and the seven parameters. Shapes [rows, 1].
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
  // math::journey_place
  const std::string round =
      f.mul("journey_round", f.one("Sin", "journey_sine", theta), f.number("roundness", math::kJourneyRound));
  const std::string along = f.add(
      "along", f.mul("journey", f.one("Asin", "journey_arc", round), f.number("reach", 1 / (2 * math::kJourneyWidth))),
      f.number("middle", 0.5));
  const PlaceNames place = add_place(graph, along, e);
  const std::string zoom = f.one("Exp", "zoom", f.add("log_zoom", parts[2], place.log_zoom));
  graph.concat(kVisualOutput, 1, {place.re, place.im, parts[1], zoom, speed});
  // math::turn_of_speed
  const std::string full = f.number("full_turn", double{spec.omega} * math::kUsualSensitivity);
  return {theta, f.mul("turn", speed, f.div("turn_of_speed", full, place.sensitivity))};
}

/// An angle, less a turn where it is `most` or more.
std::string add_wrapped(GraphBuilder& graph, const std::string& output, const std::string& angle, double most) {
  Formula f(graph);
  const std::string beyond =
      graph.node("GreaterOrEqual", output + "_is_beyond", {angle, f.number(output + "_most", most)});
  return f.where(output, beyond, f.sub(output + "_turned_back", angle, f.number(output + "_turn", math::kTwoPi)),
                 angle);
}

}  // namespace

void add_first_picture(GraphBuilder& graph, const AtlasSpec& spec, const std::string& logits) {
  const AtlasHeads heads = add_atlas_heads(graph, spec, logits);
  add_drawn(graph, spec, heads.smoothed, heads.speed, graph.scalar("journey_start", 0));
}

AtlasState split_atlas_state(GraphBuilder& graph, const std::string& state) {
  const auto parts = graph.split(state, 0, {"calls", "smooth_before", "journey_before", "rotation_before"},
                                 {1, math::kAtlasLowPasses, 1, 1});
  return {parts[0], parts[1], parts[2], parts[3],
          graph.node("Greater", "has_begun", {parts[0], graph.scalar("no_calls", 0)})};
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
  // Steps of equal length, as in silence, are all rounded the same way. Around 0 that is least.
  next.journey = add_wrapped(graph, "next_journey", graph.reshape("theta_now", drawn.theta, {1}), math::kTwoPi / 2);
  next.rotation =
      add_wrapped(graph, kPipelineRotation, f.add("turned", state.rotation, graph.reshape("turn_now", drawn.turn, {1})),
                  math::kTwoPi);
}

void join_atlas_state(GraphBuilder& graph, const PipelineShape& shape, const AtlasState& state,
                      const AtlasState& next) {
  Formula f(graph);
  // Calls are counted as long as anything depends on them.
  const std::string calls = f.min("next_calls", f.add("calls_counted", state.calls, f.number("one_call", 1)),
                                  f.number("calls_most", shape.first_block()));
  graph.concat(kPipelineNextState, 0, {calls, next.smooth, next.journey, next.rotation});
}

}  // namespace fractalsync
