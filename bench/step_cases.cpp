// Whole training steps, every stage and loss term included, on made-up tracks.
#include "bench/case.h"
#include "bench/made_up_music.h"
#include "host/dataset/statistics.h"
#include "host/train/network.h"
#include "host/train/step.h"

namespace fractalsync::bench {
namespace {

/// A run of training steps; the arrays that a step works on live as long as it.
struct Training {
  Training(Backend& backend, const Sizes& sizes, int sequences, int iterations)
      : track{"made up", made_up_features(sizes.seed, 16 * sizes.length + 1000)},
        state(initial_state(sizes, iterations)),
        source(backend, state.config.window, statistics_of(backend), {{&track}}, {sequences, sizes.length}, sizes.seed),
        network(backend, state),
        step(backend, state.config.recipe, {1e-4, std::int64_t{1} << 40}, network, source, 0, 1) {}

  static TrainingState initial_state(const Sizes& sizes, int iterations) {
    TrainingState state;
    state.config.seed = sizes.seed;
    state.config.recipe.network = sizes.network;
    state.config.recipe.julia.side = sizes.side;
    state.config.recipe.julia.max_iterations = iterations;
    initialise_network(state);
    return state;
  }
  FeatureStatistics statistics_of(Backend& backend) const {
    return take_statistics(backend, state.config.window, {{&track}});
  }

  TrackFeatures track;
  TrainingState state;
  SequenceSource source;
  Network network;
  TrainingStep step;
};

}  // namespace

Case training_step(const Sizes& sizes, int sequences, int iterations) {
  const std::int64_t frames = std::int64_t{sequences} * sizes.length;
  return {"training_step/frames:" + std::to_string(frames) + "/iterations:" + std::to_string(iterations),
          [=](Backend& backend) -> Prepared {
            auto training = std::make_shared<Training>(backend, sizes, sequences, iterations);
            // Its flops depend on where the network has moved to; the stages count theirs.
            return {training, [training] { training->step.run(); }, {"frame", static_cast<double>(frames)}};
          },
          false};  // a step is a recording itself
}

std::vector<Case> step_cases(const Sizes& sizes) {
  return {training_step(sizes, sizes.sequences, (sizes.iterations + 1) / 2),
          training_step(sizes, sizes.sequences, sizes.iterations),
          training_step(sizes, sizes.many_sequences, sizes.iterations)};
}

std::vector<Case> all_cases(const Sizes& sizes) {
  std::vector<Case> all;
  for (auto* const part : {feature_cases, batch_cases, network_cases, picture_cases, step_cases})
    for (Case& each : part(sizes)) all.push_back(std::move(each));
  return all;
}

}  // namespace fractalsync::bench
