// Speed of the feature stage on one thread: PCM to six features per frame, for each instruction set. FFTW runs the same
// transforms (window, real FFT, power) in the same process as a yardstick.
#include <benchmark/benchmark.h>

#include <cmath>
#include <numbers>
#include <sstream>
#include <vector>

#include "backend.h"
#include "core/rng.h"

#if defined(FRACTALSYNC_HAVE_FFTW)
#include <fftw3.h>
#endif

namespace fractalsync {
namespace {

// Whole frames of `seconds` of a decaying, gliding tone over noise.
std::vector<float> make_pcm(std::int64_t seconds) {
  const std::int64_t frames = 1 + seconds * kSampleRate / kHop;
  std::vector<float> pcm(static_cast<std::size_t>(kFftSize + kHop * (frames - 1)));
  double phase = 0;
  for (std::size_t i = 0; i < pcm.size(); ++i) {
    const double t = static_cast<double>(i) / kSampleRate;
    phase += 2 * std::numbers::pi * 220 * std::exp2(2 * std::sin(0.7 * t)) / kSampleRate;
    const float noise = uniform_float(random_block(1, RandomStream::test_data, i, 0).word[0]) - 0.5f;
    pcm[i] = static_cast<float>(0.4 * std::exp(-4 * std::fmod(t, 0.5)) * std::sin(phase)) + 0.05f * noise;
  }
  return pcm;
}

void report_rate(benchmark::State& state, std::int64_t frames) {
  const double iterations = static_cast<double>(state.iterations());
  state.counters["frames_per_second"] =
      benchmark::Counter(static_cast<double>(frames) * iterations, benchmark::Counter::kIsRate);
  const double frames_per_minute = 60.0 * kSampleRate / kHop;
  state.counters["ms_per_minute"] =
      benchmark::Counter(static_cast<double>(frames) * iterations / frames_per_minute / 1e3,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void features(benchmark::State& state, const std::string& isa) {
  const auto backend = make_cpu_backend(1, isa);
  const std::vector<float> pcm = make_pcm(state.range(0));
  PcmBlock block;
  block.samples = pcm;
  std::vector<float> raw(static_cast<std::size_t>(block.rows() * kBaseFeatures));
  const FeatureRows rows{Matrix<float>(raw.data(), block.rows(), kBaseFeatures), {}};
  for (auto _ : state) {
    backend->features(FeatureSpec{}, block, rows);
    benchmark::DoNotOptimize(raw.data());
    benchmark::ClobberMemory();
  }
  report_rate(state, block.rows());
}

#if defined(FRACTALSYNC_HAVE_FFTW)
void fftw_power_spectra(benchmark::State& state) {
  const std::vector<float> pcm = make_pcm(state.range(0));
  PcmBlock block;
  block.samples = pcm;
  std::vector<float> window(kFftSize), power(kBins);
  for (int n = 0; n < kFftSize; ++n)
    window[static_cast<std::size_t>(n)] =
        static_cast<float>(0.5 - 0.5 * std::cos(2 * std::numbers::pi * n / kFftSize));
  float* frame = fftwf_alloc_real(kFftSize);
  fftwf_complex* spectrum = fftwf_alloc_complex(kBins);
  const fftwf_plan plan =
      fftwf_plan_dft_r2c_1d(kFftSize, frame, spectrum, FFTW_PATIENT | FFTW_DESTROY_INPUT);
  for (auto _ : state) {
    for (std::int64_t t = 0; t < block.frames(); ++t) {
      for (std::size_t n = 0; n < kFftSize; ++n)
        frame[n] = pcm[static_cast<std::size_t>(t * kHop) + n] * window[n];
      fftwf_execute(plan);
      for (std::size_t k = 0; k < kBins; ++k)
        power[k] = spectrum[k][0] * spectrum[k][0] + spectrum[k][1] * spectrum[k][1];
      benchmark::DoNotOptimize(power.data());
      benchmark::ClobberMemory();
    }
  }
  report_rate(state, block.frames());
  fftwf_destroy_plan(plan);
  fftwf_free(spectrum);
  fftwf_free(frame);
}
BENCHMARK(fftw_power_spectra)->ArgName("Seconds")->Arg(60)->Unit(benchmark::kMillisecond);
#endif

const bool registered = [] {
  std::istringstream isas(list_cpu_isas());
  for (std::string isa; isas >> isa;)
    benchmark::RegisterBenchmark(("features/" + isa).c_str(), features, isa)
        ->ArgName("Seconds")
        ->Arg(10)
        ->Arg(60)
        ->Unit(benchmark::kMillisecond);
  return true;
}();

}  // namespace
}  // namespace fractalsync
