#include "cuda/fft_plans.h"

#include <stdexcept>
#include <string>

#include "stages/features.h"

namespace fractalsync::cuda {
namespace {

void check(cufftResult result, const char* doing) {
  if (result != CUFFT_SUCCESS)
    throw std::runtime_error(std::string(doing) + ": cuFFT error " + std::to_string(static_cast<int>(result)));
}

}  // namespace

FftPlans::~FftPlans() {
  for (const auto& [frames, plan] : plans_) cufftDestroy(plan);
}

void FftPlans::transform(int frames, float* samples, float2* spectra, cudaStream_t stream) {
  auto at = plans_.find(frames);
  if (at == plans_.end()) {
    cufftHandle plan{};
    int size = kFftSize;
    check(cufftPlanMany(&plan, 1, &size, nullptr, 1, kFftSize, nullptr, 1, kBins, CUFFT_R2C, frames),
          "planning the transform");
    at = plans_.emplace(frames, plan).first;
  }
  check(cufftSetStream(at->second, stream), "choosing the transform's stream");
  check(cufftExecR2C(at->second, samples, spectra), "transforming");
}

}  // namespace fractalsync::cuda
