#include "bench/cpu_baselines.h"

#include <algorithm>
#include <chrono>

#include "bench/arrays.h"
#include "math/features.h"

#if defined(FRACTALSYNC_HAVE_FFTW)
#include <fftw3.h>
#endif
#if defined(FRACTALSYNC_HAVE_OPENBLAS)
#include <cblas.h>
#endif

namespace fractalsync::bench {
namespace {

#if defined(FRACTALSYNC_HAVE_FFTW)
std::string fftw_name() {
  // "fftw-3.3.10-sse2-avx..."
  const std::string version = fftwf_version;
  const std::size_t number = version.find('-') + 1;
  return "FFTW " + version.substr(number, version.find('-', number) - number);
}

/// Window, transform and power of frame after frame, each thread with arrays of its own.
class FftwTransforms {
 public:
  FftwTransforms(ThreadPool& pool, std::int64_t frames, std::uint64_t seed)
      : pool_(pool), frames_(frames), pcm_(random_numbers(seed, kFftSize + kHop * (frames - 1), -1, 1)) {
    for (int n = 0; n < kFftSize; ++n) window_.push_back(static_cast<float>(math::hann(n)));
    for (int worker = 0; worker < pool.size(); ++worker)
      workers_.push_back({fftwf_alloc_real(kFftSize), fftwf_alloc_complex(kBins), std::vector<float>(kBins)});
    plan_ = fftwf_plan_dft_r2c_1d(kFftSize, workers_[0].frame, workers_[0].spectrum, FFTW_PATIENT | FFTW_DESTROY_INPUT);
  }
  ~FftwTransforms() {
    fftwf_destroy_plan(plan_);
    for (const Worker& worker : workers_) {
      fftwf_free(worker.frame);
      fftwf_free(worker.spectrum);
    }
  }
  FftwTransforms(const FftwTransforms&) = delete;
  FftwTransforms& operator=(const FftwTransforms&) = delete;

  void run() {
    pool_.run(frames_,
              [this](std::int64_t t, int worker) { transform(t, workers_[static_cast<std::size_t>(worker)]); });
  }

 private:
  struct Worker {
    float* frame;
    fftwf_complex* spectrum;
    std::vector<float> power;
  };

  void transform(std::int64_t t, Worker& w) const {
    for (std::size_t n = 0; n < kFftSize; ++n) w.frame[n] = pcm_[static_cast<std::size_t>(t * kHop) + n] * window_[n];
    fftwf_execute_dft_r2c(plan_, w.frame, w.spectrum);
    for (std::size_t k = 0; k < kBins; ++k)
      w.power[k] = w.spectrum[k][0] * w.spectrum[k][0] + w.spectrum[k][1] * w.spectrum[k][1];
  }

  ThreadPool& pool_;
  std::int64_t frames_;
  std::vector<float> pcm_, window_;
  std::vector<Worker> workers_;
  fftwf_plan plan_;
};
#endif

#if defined(FRACTALSYNC_HAVE_OPENBLAS)
std::string openblas_name() {
  // "OpenBLAS 0.3.21 DYNAMIC_ARCH ..."
  const std::string config = openblas_get_config();
  return config.substr(0, config.find(' ', config.find(' ') + 1));
}

/// The matrix products of a pass and nothing else, on flat arrays without padding.
class OpenblasProducts {
 public:
  OpenblasProducts(const Products& problem, std::uint64_t seed)
      : layout_(problem.network), rows_(static_cast<int>(problem.rows)), backward_(problem.backward) {
    const auto matrix = [&](int columns) { return random_numbers(seed++, std::int64_t{rows_} * columns, -1, 1); };
    for (const LayerInfo& layer : layout_.layers()) {
      x_.push_back(matrix(layer.in));
      grad_.push_back(matrix(layer.in));
      weights_.push_back(random_numbers(seed++, std::int64_t{layer.in} * layer.out, -0.1f, 0.1f));
    }
    x_.push_back(matrix(kOutputs));
    grad_.push_back(matrix(kOutputs));
    grad_weights_ = weights_;
  }

  void run() { backward_ ? backward() : forward(); }

 private:
  void forward() {
    for (std::size_t l = 0; l < weights_.size(); ++l) {
      const auto [in, out] = sizes(l);
      cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows_, out, in, 1, x_[l].data(), in, weights_[l].data(),
                  out, 0, x_[l + 1].data(), out);
    }
  }
  void backward() {
    for (std::size_t l = weights_.size(); l-- > 0;) {
      const auto [in, out] = sizes(l);
      cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, in, out, rows_, 1, x_[l].data(), in, grad_[l + 1].data(),
                  out, 0, grad_weights_[l].data(), out);
      if (l > 0)
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows_, in, out, 1, grad_[l + 1].data(), out,
                    weights_[l].data(), out, 0, grad_[l].data(), in);
    }
  }
  std::pair<int, int> sizes(std::size_t l) const { return {layout_.layers()[l].in, layout_.layers()[l].out}; }

  MlpLayout layout_;
  int rows_;
  bool backward_;
  std::vector<std::vector<float>> x_, grad_, weights_, grad_weights_;
};
#endif

}  // namespace

std::vector<Baseline> fftw_transforms([[maybe_unused]] ThreadPool& pool, [[maybe_unused]] const Transforms& problem,
                                      [[maybe_unused]] std::uint64_t seed) {
#if defined(FRACTALSYNC_HAVE_FFTW)
  auto transforms = std::make_shared<FftwTransforms>(pool, problem.frames, seed);
  return {{fftw_name() + ", transforms and power alone", [transforms] { transforms->run(); }}};
#else
  return {};
#endif
}

std::vector<Baseline> openblas_products([[maybe_unused]] int threads, [[maybe_unused]] const Products& problem,
                                        [[maybe_unused]] std::uint64_t seed) {
#if defined(FRACTALSYNC_HAVE_OPENBLAS)
  openblas_set_num_threads(threads);
  auto products = std::make_shared<OpenblasProducts>(problem, seed);
  return {{openblas_name() + ", products alone", [products] { products->run(); }}};
#else
  return {};
#endif
}

void measure_openblas_product([[maybe_unused]] int threads, [[maybe_unused]] Peaks& peaks) {
#if defined(FRACTALSYNC_HAVE_OPENBLAS)
  constexpr int kSide = 1024;
  openblas_set_num_threads(threads);
  const std::vector<float> a = random_numbers(1, kSide * kSide, -1, 1), b = random_numbers(2, kSide * kSide, -1, 1);
  std::vector<float> c(a.size());
  for (int i = 0; i < 5; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, kSide, kSide, kSide, 1, a.data(), kSide, b.data(), kSide, 0,
                c.data(), kSide);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    peaks.product_flops = std::max(peaks.product_flops, 2.0 * kSide * kSide * kSide / taken.count());
  }
  peaks.product_library = openblas_name();
#endif
}

std::vector<std::string> missing_cpu_libraries() {
  std::vector<std::string> missing;
#if !defined(FRACTALSYNC_HAVE_OPENBLAS)
  missing.emplace_back("OpenBLAS");
#endif
#if !defined(FRACTALSYNC_HAVE_FFTW)
  missing.emplace_back("FFTW");
#endif
  return missing;
}

}  // namespace fractalsync::bench
