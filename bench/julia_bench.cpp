// Speed of the Julia stages on one thread, for each instruction set: 256 frames around the main cardioid (both sides of
// the boundary, a tenth of the pixels inside), as a training step sees them.
#include <benchmark/benchmark.h>

#include <cmath>
#include <sstream>
#include <vector>

#include "backend.h"
#include "core/rng.h"

namespace fractalsync {
namespace {

constexpr std::int64_t kFrames = 256;
constexpr int kSequence = 128;

// c = -0.75 + 0.15i +- 0.15 in each part, ln zoom +- 0.3, phi +- 3.
std::vector<float> make_drawn() {
  constexpr float middle[4] = {-0.75f, 0.15f, 0, 0}, spread[4] = {0.15f, 0.15f, 0.3f, 3};
  std::vector<float> drawn(4 * kFrames);
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    const float u = uniform_float(random_block(1, RandomStream::test_data, i, 0).word[0]);
    drawn[i] = middle[i % 4] + spread[i % 4] * (2 * u - 1);
  }
  return drawn;
}

void report_rate(benchmark::State& state, std::int64_t frames) {
  state.counters["frames_per_second"] = benchmark::Counter(
      static_cast<double>(frames) * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

JuliaSpec spec_of(const benchmark::State& state) {
  JuliaSpec spec;
  spec.side = static_cast<int>(state.range(0));
  spec.max_iterations = static_cast<int>(state.range(1));
  return spec;
}

void images(benchmark::State& state, const std::string& isa, JuliaImage image) {
  const auto backend = make_cpu_backend(1, isa);
  const auto drawn = make_drawn();
  JuliaSpec spec = spec_of(state);
  spec.image = image;
  const std::int64_t pixels = std::int64_t{spec.side} * spec.side;
  std::vector<float> intensity(static_cast<std::size_t>(kFrames * pixels)), tangents(4 * intensity.size());
  for (auto _ : state) {
    backend->julia_images(spec, {drawn.data(), kFrames, 4}, {intensity.data(), kFrames, pixels},
                          {tangents.data(), kFrames, 4 * pixels});
    benchmark::ClobberMemory();
  }
  report_rate(state, kFrames);
}

void images_and_metrics(benchmark::State& state, const std::string& isa, MetricSelection selection) {
  const auto backend = make_cpu_backend(1, isa);
  const auto drawn = make_drawn();
  MetricsSpec metrics;
  metrics.selection = selection;
  std::vector<float> values(kFrames * kMetrics), jacobian(4 * values.size()), previous(kFrames * kTangents);
  for (auto _ : state) {
    backend->julia_metrics(spec_of(state), metrics, kSequence, {drawn.data(), kFrames, 4},
                           {{values.data(), kFrames, kMetrics},
                            {jacobian.data(), kFrames, kMetrics * kTangents},
                            {previous.data(), kFrames, kTangents}});
    benchmark::ClobberMemory();
  }
  report_rate(state, kFrames);
}

void connectedness(benchmark::State& state, const std::string& isa) {
  const auto backend = make_cpu_backend(1, isa);
  const auto drawn = make_drawn();
  std::vector<float> chi(kFrames), gradient(2 * kFrames);
  for (auto _ : state) {
    backend->connectedness({}, {drawn.data(), kFrames, 4}, chi, {gradient.data(), kFrames, 2});
    benchmark::ClobberMemory();
  }
  report_rate(state, kFrames);
}

void escape_time_images(benchmark::State& state, const std::string& isa) {
  const auto backend = make_cpu_backend(1, isa);
  const auto drawn = make_drawn();
  constexpr std::int64_t kImages = 16;
  std::vector<double> params(4 * kImages);
  for (std::size_t i = 0; i < params.size(); ++i)
    params[i] = i % 4 == 2 ? std::exp(static_cast<double>(drawn[i])) : static_cast<double>(drawn[i]);
  EscapeTimeSpec spec;
  spec.side = static_cast<int>(state.range(0));
  spec.max_iterations = static_cast<int>(state.range(1));
  const std::int64_t pixels = std::int64_t{spec.side} * spec.side;
  std::vector<std::uint8_t> out(static_cast<std::size_t>(kImages * pixels));
  for (auto _ : state) {
    backend->escape_time_images(spec, {params.data(), kImages, 4}, {out.data(), kImages, pixels});
    benchmark::ClobberMemory();
  }
  report_rate(state, kImages);
}

[[maybe_unused]] const bool registered = [] {
  std::istringstream names(list_cpu_isas());
  for (std::string isa; names >> isa;) {
    const auto add = [&](const std::string& name, auto function, auto... arguments) {
      return benchmark::RegisterBenchmark((name + "/" + isa).c_str(),
                                          [=](benchmark::State& state) { function(state, isa, arguments...); })
          ->ArgNames({"side", "iterations"})
          ->Unit(benchmark::kMillisecond);
    };
    add("julia_images_v", images, JuliaImage::V)->Args({48, 48});
    add("julia_images_q", images, JuliaImage::Q)->Args({48, 24});
    add("julia_metrics_training", images_and_metrics, MetricSelection::training)->Args({48, 48});
    add("julia_metrics_all", images_and_metrics, MetricSelection::all)->Args({48, 48})->Args({64, 48});
    add("connectedness", connectedness)->Args({0, 200});
    add("escape_time_images", escape_time_images)->Args({128, 100});
  }
  return true;
}();

}  // namespace
}  // namespace fractalsync
