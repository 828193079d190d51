#include "host/cli/train_options.h"

#include <CLI/CLI.hpp>

#include "host/train/trainer.h"

namespace fractalsync::cli {

std::shared_ptr<TrainOptions> TrainOptions::add_to(CLI::App& command) {
  auto options = std::make_shared<TrainOptions>();
  TrainConfig& c = options->config_;
  Recipe& r = c.recipe;
  const auto number = [&](const char* name, auto& value, const char* help, auto low, auto high) {
    command.add_option(name, value, help)->check(CLI::Range(low, high))->capture_default_str();
  };
  number("--epochs", c.epochs, "passes over the music", 1, 1000000);
  number("--batch-size", c.batch_size, "frames per step, in sequences of --sequence-length", kShortestSequence,
         1 << 20);
  number("--sequence-length", c.sequence_length, "consecutive windows that are correlated", kShortestSequence, 1 << 16);
  number("--learning-rate", c.learning_rate, "of AdamW, after the warm-up", 1e-9, 10.0);
  number("--window-frames", c.window.frames, "frames that the network sees at once", 1, 1000);
  command.add_flag("--include-delta", c.window.include_delta, "add how fast each feature changes");
  command.add_flag("--include-delta-delta", c.window.include_delta_delta, "add how fast that changes");
  number("--validation-fraction", c.validation_fraction, "share of the files that is held out", 0.0, 0.9);
  command.add_option("--hidden", r.network.hidden, "sizes of the hidden layers")
      ->check(CLI::Range(1, 8192))
      ->expected(0, 16)
      ->delimiter(',')
      ->capture_default_str();
  command.add_flag("--batch-norm", r.network.batch_norm, "BatchNorm1d behind all hidden layers but the last");
  number("--dropout", r.network.dropout, "share of units dropped behind all hidden layers but the last", 0.0f, 0.9f);
  number("--image-side", r.julia.side, "pixels of the training images", 8, 512);
  number("--iterations", r.julia.max_iterations, "iterations of the training images", 8, 1000);
  command
      .add_option_function<std::string>(
          "--image", [&r](const std::string& name) { r.julia.image = name == "Q" ? JuliaImage::Q : JuliaImage::V; },
          "differentiable image: V (distance fade) or Q (potential)")
      ->check(CLI::IsMember({"V", "Q"}))
      ->default_str("V");
  LossSpec& l = r.loss;
  number("--weight-centroid-hue", l.centroid_hue, "loss weight of brightness of sound against hue", -100.0f, 100.0f);
  number("--weight-flux-change", l.flux_change, "of flux against temporal change", -100.0f, 100.0f);
  number("--weight-rms-change", l.rms_change, "of loudness against temporal change", -100.0f, 100.0f);
  number("--weight-zcr-edges", l.zcr_edges, "of zero crossings against edges", -100.0f, 100.0f);
  number("--weight-smoothness", l.smoothness, "of the parameters' steps", 0.0f, 100.0f);
  number("--weight-dull", l.dull, "against flat, black and white pictures", 0.0f, 100.0f);
  number("--weight-connectedness", l.connectedness, "against dust", 0.0f, 100.0f);
  number("--weight-edge-visibility", l.edge_visibility, "for edges that change visibly", 0.0f, 100.0f);
  number("--weight-saturation", l.saturation, "against outputs stuck at their ends", 0.0f, 100.0f);
  return options;
}

TrainConfig TrainOptions::finish(std::uint64_t seed) const {
  TrainConfig config = config_;
  config.seed = seed;
  if (config.recipe.julia.side % 2 != 0)
    throw CLI::ValidationError("--image-side", "must be even, not " + std::to_string(config.recipe.julia.side));
  if (config.recipe.julia.image == JuliaImage::Q && config.recipe.julia.max_iterations > 90)
    throw CLI::ValidationError("--iterations", "image Q takes at most 90");
  if (config.recipe.julia.image == JuliaImage::Q) config.recipe.metrics.edge_threshold = 0.10f;
  return config;
}

}  // namespace fractalsync::cli
