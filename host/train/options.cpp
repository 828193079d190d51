#include "host/train/options.h"

#include "host/train/trainer.h"

namespace fractalsync {
namespace {

/// What suits image Q, whose values end at its potential's level.
constexpr int kPotentialIterations = 24, kMostPotentialIterations = 90;
constexpr float kPotentialEdgeThreshold = 0.10f;

constexpr float kLargestWeight = 100;

/// Options that differ only in the weight they set.
TrainOption weight(const char* name, const char* meaning, float& (*of)(JobOptions&), float low) {
  return {name, OptionGroup::loss, meaning, NumberOption<float>{of, low, kLargestWeight}, true};
}

std::vector<TrainOption> make_options() {
  using Options = JobOptions;
  constexpr OptionGroup training = OptionGroup::training, music = OptionGroup::music, network = OptionGroup::network,
                        picture = OptionGroup::picture;
  constexpr bool kept = true, free = false;
  std::vector<TrainOption> options = {
      {"formulation", training,
       "what the network steers: a place next to the boundary of the Mandelbrot set (atlas), or c itself (plain; its "
       "image and loss weights have other defaults)",
       ChoiceOption{
           {std::begin(kFormulationNames), std::end(kFormulationNames)},
           [](const Options& o) { return static_cast<std::size_t>(formulation_of(o.config.recipe.motion)); },
           [](Options& o, std::size_t choice) { set_formulation(o.config, static_cast<Formulation>(choice)); }},
       kept},
      {"epochs", training, "passes over the music",
       NumberOption<int>{[](Options& o) -> int& { return o.config.epochs; }, 1, 1000000}, free},
      {"batch-size", training, "frames per step, in whole sequences",
       NumberOption<int>{[](Options& o) -> int& { return o.config.batch_size; }, kShortestSequence, 1 << 20}, kept},
      {"sequence-length", training, "consecutive windows that are correlated",
       NumberOption<int>{[](Options& o) -> int& { return o.config.sequence_length; }, kShortestSequence, 1 << 16},
       kept},
      {"learning-rate", training, "of AdamW, after the warm-up",
       NumberOption<double>{[](Options& o) -> double& { return o.config.learning_rate; }, 1e-9, 10}, kept},
      {"save-every", training, "epochs between checkpoints",
       NumberOption<int>{[](Options& o) -> int& { return o.save_every; }, 1, 1 << 30}, free},
      {"max-files", music, "use the first so many files; 0: all",
       NumberOption<int>{[](Options& o) -> int& { return o.music.max_files; }, 0, 1 << 30}, free},
      {"validation-fraction", music, "share of the files that is held out",
       NumberOption<double>{[](Options& o) -> double& { return o.config.validation_fraction; }, 0, 0.9}, kept},
      {"window-frames", network, "frames that the network sees at once",
       NumberOption<int>{[](Options& o) -> int& { return o.config.window.frames; }, 1, 1000}, kept},
      {"include-delta", network, "add how fast each feature changes",
       FlagOption{[](Options& o) -> bool& { return o.config.window.include_delta; }}, kept},
      {"include-delta-delta", network, "add how fast that changes",
       FlagOption{[](Options& o) -> bool& { return o.config.window.include_delta_delta; }}, kept},
      {"hidden", network, "sizes of the hidden layers",
       SizesOption{[](Options& o) -> std::vector<int>& { return o.config.recipe.network.hidden; }, 1, 8192, 16}, kept},
      {"batch-norm", network, "BatchNorm1d behind all hidden layers but the last",
       FlagOption{[](Options& o) -> bool& { return o.config.recipe.network.batch_norm; }}, kept},
      {"dropout", network, "share of units dropped behind all hidden layers but the last",
       NumberOption<float>{[](Options& o) -> float& { return o.config.recipe.network.dropout; }, 0, 0.9f}, kept},
      {"image-side", picture, "pixels of the training images",
       NumberOption<int>{[](Options& o) -> int& { return o.config.recipe.julia.side; }, 8, 512}, kept},
      {kIterationsOption, picture,
       "iterations of the training images; with image Q " + std::to_string(kPotentialIterations),
       NumberOption<int>{[](Options& o) -> int& { return o.config.recipe.julia.max_iterations; }, 8, 1000}, kept},
      {"image", picture, "differentiable image: V (distance fade), W (the same with a straight tone) or Q (potential)",
       ChoiceOption{
           {std::begin(kJuliaImageNames), std::end(kJuliaImageNames)},
           [](const Options& o) { return static_cast<std::size_t>(o.config.recipe.julia.image); },
           [](Options& o, std::size_t choice) { o.config.recipe.julia.image = static_cast<JuliaImage>(choice); }},
       kept},
      weight(
          "weight-centroid-hue", "loss weight of brightness of sound against hue",
          [](Options& o) -> float& { return o.config.recipe.loss.centroid_hue; }, -kLargestWeight),
      weight(
          "weight-flux-change", "of flux against temporal change",
          [](Options& o) -> float& { return o.config.recipe.loss.flux_change; }, -kLargestWeight),
      weight(
          "weight-rms-change", "of loudness against temporal change",
          [](Options& o) -> float& { return o.config.recipe.loss.rms_change; }, -kLargestWeight),
      weight(
          "weight-zcr-edges", "of zero crossings against edges",
          [](Options& o) -> float& { return o.config.recipe.loss.zcr_edges; }, -kLargestWeight),
      weight(
          "weight-smoothness", "of the parameters' steps",
          [](Options& o) -> float& { return o.config.recipe.loss.smoothness; }, 0),
      weight(
          "weight-dull", "plain only: against flat, black and white pictures",
          [](Options& o) -> float& { return o.config.recipe.loss.dull; }, 0),
      weight(
          "weight-connectedness", "plain only: against dust",
          [](Options& o) -> float& { return o.config.recipe.loss.connectedness; }, 0),
      weight(
          "weight-edge-visibility", "plain only: for edges that change visibly",
          [](Options& o) -> float& { return o.config.recipe.loss.edge_visibility; }, 0),
      weight(
          "weight-saturation", "against outputs stuck at their ends",
          [](Options& o) -> float& { return o.config.recipe.loss.saturation; }, 0),
  };
  return options;
}

}  // namespace

const std::vector<TrainOption>& train_options() {
  static const std::vector<TrainOption> options = make_options();
  return options;
}

JobOptions default_options() {
  JobOptions options;
  set_formulation(options.config, Formulation::atlas);
  return options;
}

void set_formulation(TrainConfig& config, Formulation formulation) {
  if (formulation_of(config.recipe.motion) == formulation) return;
  config.recipe = formulation == Formulation::atlas ? atlas_recipe() : Recipe{};
}

namespace {

/// The chart has none of what these are against.
void check_atlas(const LossSpec& loss) {
  const auto refuse = [](bool given, const char* option) {
    if (given) throw OptionError(option, "is for the plain formulation; leave it out, or choose that one");
  };
  refuse(loss.dull != 0, "weight-dull");
  refuse(loss.connectedness != 0, "weight-connectedness");
  refuse(loss.edge_visibility != 0, "weight-edge-visibility");
}

}  // namespace

void settle(TrainConfig& config, bool iterations_given) {
  if (formulation_of(config.recipe.motion) == Formulation::atlas) check_atlas(config.recipe.loss);
  JuliaSpec& julia = config.recipe.julia;
  if (julia.side % 2 != 0) throw OptionError("image-side", "must be even, not " + std::to_string(julia.side));
  if (julia.image != JuliaImage::Q) return;
  if (!iterations_given) julia.max_iterations = kPotentialIterations;
  if (julia.max_iterations > kMostPotentialIterations)
    throw OptionError(kIterationsOption, "image Q takes at most " + std::to_string(kMostPotentialIterations));
  config.recipe.metrics.edge_threshold = kPotentialEdgeThreshold;
}

}  // namespace fractalsync
