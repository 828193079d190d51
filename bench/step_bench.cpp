// Speed of whole training steps, every stage and loss term included: batches of sequences of 128 windows, images of
// 48 x 48, the recipe's network, 100 iterations (the recipe's) and 48. Threads: 1 and as many as there are processors.
#include <benchmark/benchmark.h>

#include "host/train/network.h"
#include "host/train/step.h"
#include "support/made_up_music.h"

namespace fractalsync {
namespace {

constexpr int kLength = 128;

void training_step(benchmark::State& bench) {
  const auto sequences = static_cast<int>(bench.range(0));
  const auto backend = make_cpu_backend(static_cast<int>(bench.range(2)));
  const std::vector<TrackFeatures> tracks = {test::made_up_track(1, 3000)};
  TrainingState state;
  state.statistics = test::statistics_of(tracks);
  state.config.recipe.network.input = state.config.window.input();
  state.config.recipe.julia.max_iterations = static_cast<int>(bench.range(1));
  initialise_network(state);
  const TrackStore store(*backend, tracks, state.statistics, state.config.window.frames);
  Network network(*backend, state);
  TrainingStep step(*backend, state.config.recipe, {1e-4, 1 << 30}, network, store,
                    sequence_starts(store, {0}, kLength), sequences, kLength, 0, 0, 1);
  for (auto _ : bench) step.run();
  bench.SetItemsProcessed(bench.iterations() * step.frames());
  bench.SetLabel(backend->description());
}

BENCHMARK(training_step)
    ->ArgNames({"Sequences", "Iterations", "Threads"})
    ->ArgsProduct({{2, 16}, {100, 48}, {1, 0}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace fractalsync
