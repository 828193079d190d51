// Whole training steps, every stage and loss term included, on made-up tracks.
#include <cmath>

#include "bench/arrays.h"
#include "bench/case.h"
#include "host/train/network.h"
#include "host/train/step.h"

namespace fractalsync::bench {
namespace {

/// Raw features whose model features swing, each at a pace of its own, with noise on top.
TrackFeatures made_up_features(std::uint64_t seed, std::int64_t frames) {
  constexpr float kMiddle[kBaseFeatures] = {0.2f, 4, 0.15f, 0.08f, 2, 0.4f};
  TrackFeatures track{"made up", random_numbers(seed, frames * kBaseFeatures, -0.2f, 0.2f)};
  for (std::size_t i = 0; i < track.raw.size(); ++i) {
    const std::size_t t = i / kBaseFeatures, f = i % kBaseFeatures;
    const float swing = std::sin(static_cast<float>(t) * (0.02f + 0.013f * static_cast<float>(f)));
    const float x = kMiddle[f] * (1 + 0.5f * swing + track.raw[i]);
    track.raw[i] = f == kCentroid || f == kRolloff ? x * kNyquistHz : f == kFlux ? std::expm1(x) : x;
  }
  return track;
}

/// A run of training steps; the arrays that a step works on live as long as it.
struct Training {
  Training(Backend& backend, const Sizes& sizes, int sequences, int iterations)
      : track(made_up_features(sizes.seed, 16 * sizes.length + 1000)),
        state(initial_state(sizes, iterations)),
        store(standardized(ModelTracks(backend, state.config.window, {{&track}}), state)),
        network(backend, state),
        step(backend, state.config.recipe, {1e-4, std::int64_t{1} << 40}, network, store,
             sequence_starts(store, {0}, sizes.length), sequences, sizes.length, sizes.seed, 0, 1) {}

  static TrainingState initial_state(const Sizes& sizes, int iterations) {
    TrainingState state;
    state.config.seed = sizes.seed;
    state.config.recipe.network = sizes.network;
    state.config.recipe.julia.side = sizes.side;
    state.config.recipe.julia.max_iterations = iterations;
    initialise_network(state);
    return state;
  }
  static TrackStore standardized(ModelTracks tracks, TrainingState& state) {
    state.statistics = tracks.statistics(1);
    return {std::move(tracks), state.statistics};
  }

  TrackFeatures track;
  TrainingState state;
  TrackStore store;
  Network network;
  TrainingStep step;
};

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

}  // namespace

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
