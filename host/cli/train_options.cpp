#include "host/cli/train_options.h"

#include <CLI/CLI.hpp>

#include "host/train/trainer.h"

namespace fractalsync::cli {
namespace {

/// What suits image Q, whose values end at its potential's level.
constexpr int kPotentialIterations = 24, kMostPotentialIterations = 90;
constexpr float kPotentialEdgeThreshold = 0.10f;

/// CLI::Range lets through what is not a number.
template <class T>
CLI::Validator within(T low, T high) {
  const std::string range = CLI::detail::to_string(low) + " to " + CLI::detail::to_string(high);
  return CLI::Validator(
      [low, high, range](const std::string& text) {
        T value{};
        return CLI::detail::lexical_cast(text, value) && value >= low && value <= high
                   ? std::string()
                   : "'" + text + "' is not a number from " + range;
      },
      "in [" + CLI::detail::to_string(low) + " - " + CLI::detail::to_string(high) + "]");
}

}  // namespace

template <class T>
CLI::Option& TrainOptions::keep(CLI::Option& option, T& value) {
  kept_.emplace_back(&option, [&option, &value] {
    const T before = value;
    option.run_callback();
    return value != before;
  });
  return option;
}

std::shared_ptr<TrainOptions> TrainOptions::add_to(CLI::App& command) {
  auto options = std::make_shared<TrainOptions>();
  TrainConfig& c = options->config_;
  Recipe& r = c.recipe;
  const auto number = [&](const char* name, auto& value, const char* help, auto low, auto high) {
    using Value = std::remove_reference_t<decltype(value)>;
    CLI::Option& option = *command.add_option(name, value, help);
    option.check(within<Value>(static_cast<Value>(low), static_cast<Value>(high)))->capture_default_str();
    options->keep(option, value);
  };
  command.add_option("--epochs", c.epochs, "passes over the music")->check(within(1, 1000000))->capture_default_str();
  number("--batch-size", c.batch_size, "frames per step, in sequences of --sequence-length", kShortestSequence,
         1 << 20);
  number("--sequence-length", c.sequence_length, "consecutive windows that are correlated", kShortestSequence, 1 << 16);
  number("--learning-rate", c.learning_rate, "of AdamW, after the warm-up", 1e-9, 10.0);
  number("--window-frames", c.window.frames, "frames that the network sees at once", 1, 1000);
  const auto flag = [&](const char* name, bool& value, const char* help) {
    options->keep(*command.add_flag(name, value, help), value);
  };
  flag("--include-delta", c.window.include_delta, "add how fast each feature changes");
  flag("--include-delta-delta", c.window.include_delta_delta, "add how fast that changes");
  number("--validation-fraction", c.validation_fraction, "share of the files that is held out", 0.0, 0.9);
  CLI::Option& hidden = *command.add_option("--hidden", r.network.hidden, "sizes of the hidden layers");
  hidden.check(within(1, 8192))->expected(0, 16)->delimiter(',')->capture_default_str();
  options->keep(hidden, r.network.hidden);
  flag("--batch-norm", r.network.batch_norm, "BatchNorm1d behind all hidden layers but the last");
  number("--dropout", r.network.dropout, "share of units dropped behind all hidden layers but the last", 0.0f, 0.9f);
  number("--image-side", r.julia.side, "pixels of the training images", 8, 512);
  number("--iterations", r.julia.max_iterations,
         ("iterations of the training images; with image Q " + std::to_string(kPotentialIterations)).c_str(), 8, 1000);
  options->iterations_ = command.get_option("--iterations");
  CLI::Option& image = *command.add_option_function<std::string>(
      "--image", [&r](const std::string& name) { r.julia.image = name == "Q" ? JuliaImage::Q : JuliaImage::V; },
      "differentiable image: V (distance fade) or Q (potential)");
  image.check(CLI::IsMember({"V", "Q"}))->default_str("V");
  options->keep(image, r.julia.image);
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
  if (config.recipe.julia.image == JuliaImage::Q) {
    if (iterations_->count() == 0) config.recipe.julia.max_iterations = kPotentialIterations;
    if (config.recipe.julia.max_iterations > kMostPotentialIterations)
      throw CLI::ValidationError("--iterations",
                                 "image Q takes at most " + std::to_string(kMostPotentialIterations));
    config.recipe.metrics.edge_threshold = kPotentialEdgeThreshold;
  }
  return config;
}

void TrainOptions::check_against(const TrainConfig& run) {
  config_ = run;
  for (const auto& [option, changes] : kept_)
    if (option->count() > 0 && changes()) throw CLI::ValidationError(option->get_name(), kResumedKeepsItsOwn);
}

}  // namespace fractalsync::cli
