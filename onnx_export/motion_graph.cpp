#include "onnx_export/motion_graph.h"

#include "math/visual.h"

namespace fractalsync {
namespace {

/// c and ln zoom [1, 3] after their low-passes, which start at their first value.
std::string add_low_passes(GraphBuilder& graph, const VisualSpec& visual, const HeadValues& heads,
                           const std::string& calls, const std::string& before) {
  const std::vector<float> alpha = {visual.low_pass_c, visual.low_pass_c, visual.low_pass_zoom};
  std::vector<float> kept;
  for (const float a : alpha) kept.push_back(1 - a);
  const std::string target = graph.concat("motion_target", 1, {heads.julia, heads.log_zoom});
  const std::string old_part = graph.node("Mul", "motion_kept", {before, graph.constant("low_pass_kept", {3}, kept)});
  const std::string new_part =
      graph.node("Mul", "motion_taken", {target, graph.constant("low_pass_alpha", {3}, alpha)});
  const std::string smooth = graph.node("Add", "motion_smooth", {old_part, new_part});
  const std::string has_started = graph.node("Greater", "motion_has_started", {calls, graph.scalar("no_calls", 0)});
  return graph.node("Where", "drawn", {has_started, smooth, target});
}

/// math::rotate
void add_rotation(GraphBuilder& graph, const VisualSpec& visual, const HeadValues& heads, const std::string& before) {
  const std::string speed = graph.reshape("speed_now", heads.speed, {1});
  const std::string turn = graph.node("Mul", "turn", {speed, graph.scalar("omega", visual.omega)});
  const std::string turned = graph.node("Add", "turned", {before, turn});
  const std::string whole = graph.scalar("whole_turn", static_cast<float>(math::kTwoPi));
  graph.node("Where", kPipelineRotation,
             {graph.node("GreaterOrEqual", "is_whole_turn", {turned, whole}),
              graph.node("Sub", "turned_back", {turned, whole}), turned});
}

}  // namespace

void add_motion(GraphBuilder& graph, const PipelineShape& shape, const VisualSpec& visual, const HeadValues& heads,
                const std::vector<std::string>& state) {
  const std::string &calls = state[0], &smooth = state[1], &rotation = state[2];
  const std::string drawn = add_low_passes(graph, visual, heads, calls, smooth);
  const auto parts = graph.split(drawn, 1, {"drawn_julia", "drawn_log_zoom"}, {2, 1});
  const std::string zoom = graph.node("Exp", "zoom", {parts[1]});
  graph.concat(kVisualOutput, 1, {parts[0], heads.color, zoom, heads.speed});
  add_rotation(graph, visual, heads, rotation);
  const std::string counted = graph.node("Add", "calls_counted", {calls, graph.scalar("one_call", 1)});
  const std::string most = graph.scalar("calls_most", static_cast<float>(shape.first_block()));
  graph.concat(
      kPipelineNextState, 0,
      {graph.node("Min", "next_calls", {counted, most}), graph.reshape("next_drawn", drawn, {3}), kPipelineRotation});
}

}  // namespace fractalsync
