// The configuration of a run as messages. Structs are taken apart by structured bindings, so that a field added to one
// of them does not compile until it is saved here.
#include <algorithm>
#include <iterator>
#include <utility>

#include "core/check.h"
#include "host/checkpoint/message.h"
#include "stages/atlas.h"

namespace fractalsync {
namespace {

namespace pb = checkpoint;

constexpr std::pair<JuliaImage, pb::Julia::Image> kImages[] = {
    {JuliaImage::V, pb::Julia::V}, {JuliaImage::Q, pb::Julia::Q}, {JuliaImage::W, pb::Julia::W}};

void encode(const WindowSpec& spec, pb::Window& out) {
  const auto& [frames, include_delta, include_delta_delta] = spec;
  out.set_frames(frames);
  out.set_include_delta(include_delta);
  out.set_include_delta_delta(include_delta_delta);
}
void decode(const pb::Window& in, WindowSpec& spec) {
  auto& [frames, include_delta, include_delta_delta] = spec;
  frames = in.frames();
  include_delta = in.include_delta();
  include_delta_delta = in.include_delta_delta();
}

void encode(const MlpSpec& spec, pb::Network& out) {
  const auto& [input, hidden, batch_norm, dropout] = spec;
  out.set_input(input);
  out.mutable_hidden()->Assign(hidden.begin(), hidden.end());
  out.set_batch_norm(batch_norm);
  out.set_dropout(dropout);
}
void decode(const pb::Network& in, MlpSpec& spec) {
  auto& [input, hidden, batch_norm, dropout] = spec;
  input = in.input();
  hidden.assign(in.hidden().begin(), in.hidden().end());
  batch_norm = in.batch_norm();
  dropout = in.dropout();
}

void encode(const VisualSpec& spec, pb::Visual& out) {
  const auto& [log_zoom_limit, low_pass_c, low_pass_zoom, omega] = spec;
  out.set_log_zoom_limit(log_zoom_limit);
  out.set_low_pass_c(low_pass_c);
  out.set_low_pass_zoom(low_pass_zoom);
  out.set_omega(omega);
}
void decode(const pb::Visual& in, VisualSpec& spec) {
  auto& [log_zoom_limit, low_pass_c, low_pass_zoom, omega] = spec;
  log_zoom_limit = in.log_zoom_limit();
  low_pass_c = in.low_pass_c();
  low_pass_zoom = in.low_pass_zoom();
  omega = in.omega();
}

void encode(const AtlasSpec& spec, pb::Atlas& out) {
  const auto& [log_zoom_swing, low_pass_shape, low_pass_color, travel, omega, atlas] = spec;
  out.set_log_zoom_swing(log_zoom_swing);
  out.set_low_pass_shape(low_pass_shape);
  out.set_low_pass_color(low_pass_color);
  out.set_travel(travel);
  out.set_omega(omega);
  out.set_atlas(atlas);
}
void decode(const pb::Atlas& in, AtlasSpec& spec) {
  auto& [log_zoom_swing, low_pass_shape, low_pass_color, travel, omega, atlas] = spec;
  log_zoom_swing = in.log_zoom_swing();
  low_pass_shape = in.low_pass_shape();
  low_pass_color = in.low_pass_color();
  travel = in.travel();
  omega = in.omega();
  atlas = in.atlas();
  if (atlas != kAtlasVersion)
    throw Error(detail::concat("its network knows version ", atlas,
                               " of the boundary atlas, and this program has version ", kAtlasVersion));
}

void encode(const MotionSpec& motion, pb::Recipe& out) {
  if (const auto* visual = std::get_if<VisualSpec>(&motion)) encode(*visual, *out.mutable_visual());
  if (const auto* atlas = std::get_if<AtlasSpec>(&motion)) encode(*atlas, *out.mutable_atlas());
}
void decode(const pb::Recipe& in, MotionSpec& motion) {
  if (in.has_atlas())
    decode(in.atlas(), motion.emplace<AtlasSpec>());
  else
    decode(in.visual(), motion.emplace<VisualSpec>());
}

void encode(const JuliaSpec& spec, pb::Julia& out) {
  const auto& [image, side, max_iterations, bailout, half_width, fade_pixels, potential_level] = spec;
  for (const auto& [ours, theirs] : kImages)
    if (ours == image) out.set_image(theirs);
  out.set_side(side);
  out.set_max_iterations(max_iterations);
  out.set_bailout(bailout);
  out.set_half_width(half_width);
  out.set_fade_pixels(fade_pixels);
  out.set_potential_level(potential_level);
}
void decode(const pb::Julia& in, JuliaSpec& spec) {
  auto& [image, side, max_iterations, bailout, half_width, fade_pixels, potential_level] = spec;
  const auto known =
      std::find_if(std::begin(kImages), std::end(kImages), [&](const auto& pair) { return pair.second == in.image(); });
  if (known == std::end(kImages)) throw Error("it names an image that is not known");
  image = known->first;
  side = in.side();
  max_iterations = in.max_iterations();
  bailout = in.bailout();
  half_width = in.half_width();
  fade_pixels = in.fade_pixels();
  potential_level = in.potential_level();
}

void encode(const MetricsSpec& spec, pb::Metrics& out) {
  const auto& [selection, edge_threshold, uniformity_gain, range_sharpness, change_rounding] = spec;
  out.set_selection(selection == MetricSelection::training ? pb::Metrics::TRAINING : pb::Metrics::ALL);
  out.set_edge_threshold(edge_threshold);
  out.set_uniformity_gain(uniformity_gain);
  out.set_range_sharpness(range_sharpness);
  out.set_change_rounding(change_rounding);
}
void decode(const pb::Metrics& in, MetricsSpec& spec) {
  auto& [selection, edge_threshold, uniformity_gain, range_sharpness, change_rounding] = spec;
  if (in.selection() != pb::Metrics::TRAINING && in.selection() != pb::Metrics::ALL)
    throw Error("it names a selection of metrics that is not known");
  selection = in.selection() == pb::Metrics::TRAINING ? MetricSelection::training : MetricSelection::all;
  edge_threshold = in.edge_threshold();
  uniformity_gain = in.uniformity_gain();
  range_sharpness = in.range_sharpness();
  change_rounding = in.change_rounding();
}

void encode(const ConnectednessSpec& spec, pb::Connectedness& out) {
  const auto& [max_iterations, bailout, level] = spec;
  out.set_max_iterations(max_iterations);
  out.set_bailout(bailout);
  out.set_level(level);
}
void decode(const pb::Connectedness& in, ConnectednessSpec& spec) {
  auto& [max_iterations, bailout, level] = spec;
  max_iterations = in.max_iterations();
  bailout = in.bailout();
  level = in.level();
}

void encode(const LossSpec& spec, pb::Loss& out) {
  const auto& [centroid_hue, flux_change, rms_change, zcr_edges, smoothness, dull, connectedness, edge_visibility,
               saturation, loudness_brightness, amplitude, centre, pace, smooths, routes, calibrated] = spec;
  out.set_centroid_hue(centroid_hue);
  out.set_flux_change(flux_change);
  out.set_rms_change(rms_change);
  out.set_zcr_edges(zcr_edges);
  out.set_smoothness(smoothness);
  out.set_dull(dull);
  out.set_connectedness(connectedness);
  out.set_edge_visibility(edge_visibility);
  out.set_saturation(saturation);
  out.set_loudness_brightness(loudness_brightness);
  out.set_amplitude(amplitude);
  out.set_centre(centre);
  out.set_pace(pace);
  for (const bool smoothed : smooths) out.add_smooths(smoothed);
  out.set_separate_routes(routes == GradientRoutes::separate);
  out.set_calibrated(calibrated);
}
void decode(const pb::Loss& in, LossSpec& spec) {
  auto& [centroid_hue, flux_change, rms_change, zcr_edges, smoothness, dull, connectedness, edge_visibility, saturation,
         loudness_brightness, amplitude, centre, pace, smooths, routes, calibrated] = spec;
  centroid_hue = in.centroid_hue();
  flux_change = in.flux_change();
  rms_change = in.rms_change();
  zcr_edges = in.zcr_edges();
  smoothness = in.smoothness();
  dull = in.dull();
  connectedness = in.connectedness();
  edge_visibility = in.edge_visibility();
  saturation = in.saturation();
  loudness_brightness = in.loudness_brightness();
  amplitude = in.amplitude();
  centre = in.centre();
  pace = in.pace();
  // Checkpoints of before there was a choice.
  for (int k = 0; k < kHeads; ++k) smooths[k] = in.smooths_size() == kHeads ? in.smooths(k) : true;
  routes = in.separate_routes() ? GradientRoutes::separate : GradientRoutes::all;
  calibrated = in.calibrated();
}

void encode(const AdamWSpec& spec, pb::AdamW& out) {
  const auto& [beta1, beta2, epsilon, weight_decay, clip_norm] = spec;
  out.set_beta1(beta1);
  out.set_beta2(beta2);
  out.set_epsilon(epsilon);
  out.set_weight_decay(weight_decay);
  out.set_clip_norm(clip_norm);
}
void decode(const pb::AdamW& in, AdamWSpec& spec) {
  auto& [beta1, beta2, epsilon, weight_decay, clip_norm] = spec;
  beta1 = in.beta1();
  beta2 = in.beta2();
  epsilon = in.epsilon();
  weight_decay = in.weight_decay();
  clip_norm = in.clip_norm();
}

void encode(const Recipe& recipe, pb::Recipe& out) {
  const auto& [network, motion, julia, metrics, connectedness, loss, optimizer] = recipe;
  encode(network, *out.mutable_network());
  encode(motion, out);
  encode(julia, *out.mutable_julia());
  encode(metrics, *out.mutable_metrics());
  encode(connectedness, *out.mutable_connectedness());
  encode(loss, *out.mutable_loss());
  encode(optimizer, *out.mutable_optimizer());
}
void decode(const pb::Recipe& in, Recipe& recipe) {
  auto& [network, motion, julia, metrics, connectedness, loss, optimizer] = recipe;
  decode(in.network(), network);
  decode(in, motion);
  decode(in.julia(), julia);
  decode(in.metrics(), metrics);
  decode(in.connectedness(), connectedness);
  decode(in.loss(), loss);
  decode(in.optimizer(), optimizer);
}

}  // namespace

void encode(const TrainConfig& config, pb::Config& out) {
  const auto& [epochs, batch_size, sequence_length, learning_rate, validation_fraction, seed, window, recipe] = config;
  out.set_epochs(epochs);
  out.set_batch_size(batch_size);
  out.set_sequence_length(sequence_length);
  out.set_learning_rate(learning_rate);
  out.set_validation_fraction(validation_fraction);
  out.set_seed(seed);
  encode(window, *out.mutable_window());
  encode(recipe, *out.mutable_recipe());
}

TrainConfig decode(const pb::Config& in) {
  TrainConfig config;
  auto& [epochs, batch_size, sequence_length, learning_rate, validation_fraction, seed, window, recipe] = config;
  epochs = in.epochs();
  batch_size = in.batch_size();
  sequence_length = in.sequence_length();
  learning_rate = in.learning_rate();
  validation_fraction = in.validation_fraction();
  seed = in.seed();
  decode(in.window(), window);
  decode(in.recipe(), recipe);
  return config;
}

}  // namespace fractalsync
