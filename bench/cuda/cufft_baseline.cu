#include "bench/arrays.h"
#include "bench/cuda/cuda_bench.h"

namespace fractalsync::bench {
namespace {

std::string cufft_name() {
  int version = 0;
  cufftGetVersion(&version);  // 1000 major + 100 minor + patch
  return "cuFFT " + std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 100);
}

}  // namespace

std::vector<Baseline> cufft_transforms(cuda::CudaBackend& backend, const Transforms& problem, std::uint64_t seed) {
  auto arrays = std::make_shared<Arrays>(backend, seed);
  auto plans = std::make_shared<cuda::FftPlans>();
  const auto frames = static_cast<int>(problem.frames);
  float* const samples = arrays->random(problem.frames * kFftSize, -1, 1).data();
  auto* const spectra = reinterpret_cast<float2*>(arrays->zeros(problem.frames * kBins * 2).data());
  return {{cufft_name() + ", transforms alone, data resident", [&backend, arrays, plans, frames, samples, spectra] {
             plans->transform(frames, samples, spectra, backend.stream());
           }}};
}

}  // namespace fractalsync::bench
