// Speed of the network on one thread: forward, backward and AdamW of a batch of windows, for each instruction set. Two
// yardsticks run in the same process: a loop of independent fused multiply-adds (what the core can do at all), and
// OpenBLAS computing the same matrix products and nothing else. Run it pinned: taskset -c 0 fractalsync_bench ...
#include <benchmark/benchmark.h>

#include <sstream>
#include <string>
#include <vector>

#include "backend.h"
#include "stages/mlp_init.h"

#if defined(FRACTALSYNC_HAVE_OPENBLAS)
#include <cblas.h>
#endif
#if defined(FRACTALSYNC_X86)
#include <immintrin.h>
#endif

namespace fractalsync {
namespace {

constexpr int kFeatures = 6, kWindow = 10;

/// One network with what a step needs, filled with numbers of a usual size.
struct Step {
  Step(std::int64_t rows, const std::string& isa)
      : backend(make_cpu_backend(1, isa)),
        layout({.input = kFeatures * kWindow}),
        batch_rows(rows),
        parameters(zeros(layout.parameter_size())),
        gradient(zeros(layout.parameter_size())),
        first(zeros(layout.parameter_size())),
        second(zeros(layout.parameter_size())),
        tape(zeros(layout.tape_size(rows))),
        logits(zeros(rows * kOutputs)),
        grad_logits(zeros(rows * kOutputs)),
        frames(zeros((rows + kWindow) * kFeatures)),
        norm(zeros(1)) {
    initialise(layout, 1, parameters.view());
    for (std::int64_t i = 0; i < frames.size(); ++i) frames.data()[i] = static_cast<float>(i * 37 % 101) / 25 - 2;
    for (std::int64_t i = 0; i < grad_logits.size(); ++i)
      grad_logits.data()[i] = static_cast<float>(i * 29 % 97 - 48) / static_cast<float>(48 * rows);
  }

  static constexpr StepState now{.next = 1, .step = 0, .learning_rate = 1e-6f};

  WindowBatch windows() const { return {frames.view(), kFeatures, kWindow, starts, static_cast<int>(batch_rows)}; }
  void forward() {
    backend->mlp_forward(layout, MlpMode::training, windows(), parameters.view(), {}, {}, tape.view(),
                         logits.matrix(batch_rows, kOutputs));
  }
  void backward() {
    backend->mlp_backward(layout, windows(), parameters.view(), {}, tape.view(),
                          grad_logits.matrix(batch_rows, kOutputs), gradient.view(), {});
  }
  void update() {
    backend->adamw({}, {&now, 1}, {parameters.view(), gradient.view(), first.view(), second.view()}, norm.view());
  }

  /// Multiplications and additions of the matrix products of forward and backward.
  double flops() const {
    double sum = 0;
    for (const LayerInfo& layer : layout.layers()) {
      const double one = 2.0 * static_cast<double>(batch_rows) * layer.in * layer.out;
      sum += &layer == &layout.layers().front() ? 2 * one : 3 * one;
    }
    return sum;
  }

  std::unique_ptr<Backend> backend;
  MlpLayout layout;
  std::int64_t batch_rows;
  std::vector<std::int64_t> starts{0};
  Buffer<float> parameters, gradient, first, second, tape, logits, grad_logits, frames, norm;

 private:
  Buffer<float> zeros(std::int64_t size) {
    Buffer<float> buffer(backend->memory(), size);
    std::fill_n(buffer.data(), size, 0.0f);
    return buffer;
  }
};

void report_flops(benchmark::State& state, double flops) {
  state.counters["flop_per_second"] = benchmark::Counter(flops * static_cast<double>(state.iterations()),
                                                         benchmark::Counter::kIsRate);
}

void mlp_step(benchmark::State& state, const std::string& isa) {
  Step step(state.range(0), isa);
  for (auto _ : state) {
    step.forward();
    step.backward();
    step.update();
    benchmark::ClobberMemory();
  }
  report_flops(state, step.flops());
}

void mlp_products(benchmark::State& state, const std::string& isa) {
  Step step(state.range(0), isa);
  for (auto _ : state) {
    step.forward();
    step.backward();
    benchmark::ClobberMemory();
  }
  report_flops(state, step.flops());
}

void mlp_adamw(benchmark::State& state, const std::string& isa) {
  Step step(state.range(0), isa);
  for (auto _ : state) {
    step.update();
    benchmark::ClobberMemory();
  }
}

#if defined(FRACTALSYNC_X86)
// Sixteen independent chains of fused multiply-adds, enough to hide their latency; nothing else in the loop.
constexpr int kChains = 16, kRepeats = 1000;

[[gnu::target("avx512f")]] void fma_avx512(float* data) {
  const __m512 a = _mm512_set1_ps(0.999f), b = _mm512_set1_ps(0.001f);
  __m512 x[kChains];
  for (int i = 0; i < kChains; ++i) x[i] = _mm512_loadu_ps(data + 16 * i);
  for (int n = 0; n < kRepeats; ++n)
    _Pragma("GCC unroll 16") for (int i = 0; i < kChains; ++i) x[i] = _mm512_fmadd_ps(x[i], a, b);
  for (int i = 0; i < kChains; ++i) _mm512_storeu_ps(data + 16 * i, x[i]);
}

[[gnu::target("avx2,fma")]] void fma_avx2(float* data) {
  const __m256 a = _mm256_set1_ps(0.999f), b = _mm256_set1_ps(0.001f);
  __m256 x[kChains - 4];  // sixteen registers in all
  for (int i = 0; i < kChains - 4; ++i) x[i] = _mm256_loadu_ps(data + 8 * i);
  for (int n = 0; n < kRepeats; ++n)
    _Pragma("GCC unroll 16") for (int i = 0; i < kChains - 4; ++i) x[i] = _mm256_fmadd_ps(x[i], a, b);
  for (int i = 0; i < kChains - 4; ++i) _mm256_storeu_ps(data + 8 * i, x[i]);
}

void fma_peak(benchmark::State& state, const std::string& isa) {
  std::vector<float> data(16 * kChains, 1.0f);
  const bool wide = isa == "avx512";
  for (auto _ : state) {
    wide ? fma_avx512(data.data()) : fma_avx2(data.data());
    benchmark::ClobberMemory();
  }
  report_flops(state, 2.0 * kRepeats * (wide ? 16.0 * kChains : 8.0 * (kChains - 4)));
}
#endif

#if defined(FRACTALSYNC_HAVE_OPENBLAS)
/// The same products through cblas_sgemm, on the same flat arrays (padding left out).
void openblas_products(benchmark::State& state) {
  openblas_set_num_threads(1);
  Step step(state.range(0), "");
  const int rows = static_cast<int>(step.batch_rows);
  const std::vector<LayerInfo>& layers = step.layout.layers();
  std::vector<std::vector<float>> x, grad;
  for (const LayerInfo& layer : layers) x.emplace_back(static_cast<std::size_t>(rows * layer.in), 0.5f);
  grad = x;
  x.emplace_back(static_cast<std::size_t>(rows * kOutputs), 0.5f);
  grad.emplace_back(x.back());
  for (auto _ : state) {
    for (std::size_t l = 0; l < layers.size(); ++l)
      cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, layers[l].out, layers[l].in, 1, x[l].data(),
                  layers[l].in, step.parameters.data() + layers[l].weight, static_cast<int>(layers[l].stride), 0,
                  x[l + 1].data(), layers[l].out);
    for (std::size_t l = layers.size(); l-- > 0;) {
      cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, layers[l].in, layers[l].out, rows, 1, x[l].data(),
                  layers[l].in, grad[l + 1].data(), layers[l].out, 0, step.gradient.data() + layers[l].weight,
                  static_cast<int>(layers[l].stride));
      if (l > 0)
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, layers[l].in, layers[l].out, 1,
                    grad[l + 1].data(), layers[l].out, step.parameters.data() + layers[l].weight,
                    static_cast<int>(layers[l].stride), 0, grad[l].data(), layers[l].in);
    }
    benchmark::ClobberMemory();
  }
  report_flops(state, step.flops());
}
BENCHMARK(openblas_products)->ArgName("Batch")->Arg(256)->Unit(benchmark::kMicrosecond);
#endif

const bool registered = [] {
  std::istringstream isas(list_cpu_isas());
  const auto add = [](const std::string& name, auto function, const std::string& isa) {
    benchmark::RegisterBenchmark((name + "/" + isa).c_str(), function, isa)
        ->ArgName("Batch")
        ->Arg(256)
        ->Unit(benchmark::kMicrosecond);
  };
  for (std::string isa; isas >> isa;) {
    add("mlp_step", mlp_step, isa);
    add("mlp_products", mlp_products, isa);
    add("mlp_adamw", mlp_adamw, isa);
#if defined(FRACTALSYNC_X86)
    if (isa != "baseline") benchmark::RegisterBenchmark(("fma_peak/" + isa).c_str(), fma_peak, isa);
#endif
  }
  return true;
}();

}  // namespace
}  // namespace fractalsync
