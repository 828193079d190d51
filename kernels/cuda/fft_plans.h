// cuFFT's plans, made once for each number of frames.
#pragma once

#include <map>

#include "cuda/gpu.h"

namespace fractalsync::cuda {

class FftPlans {
 public:
  FftPlans() = default;
  FftPlans(const FftPlans&) = delete;
  FftPlans& operator=(const FftPlans&) = delete;
  ~FftPlans();

  /// One-sided transforms of `frames` frames of kFftSize samples: [frames, kFftSize] -> [frames, kBins], on `stream`.
  void transform(int frames, float* samples, float2* spectra, cudaStream_t stream);

 private:
  std::map<int, cufftHandle> plans_;
};

}  // namespace fractalsync::cuda
