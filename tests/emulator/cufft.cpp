#include "emulator/cufft.h"

#include <cmath>
#include <map>
#include <numbers>
#include <vector>

#include "emulator/checker.h"
#include "emulator/memory.h"

namespace {

struct Plan {
  int size, input_distance, output_distance, batch;
  cudaStream_t stream = nullptr;
};
std::map<cufftHandle, Plan>& plans() {
  static auto& all = *new std::map<cufftHandle, Plan>;
  return all;
}

void transform(const Plan& plan, const float* input, float2* output) {
  const emulator::DeviceAccess access;
  const auto n = static_cast<std::size_t>(plan.size);
  std::vector<double> cosine(n), sine(n);
  for (std::size_t k = 0; k < n; ++k) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(k) / plan.size;
    cosine[k] = std::cos(angle);
    sine[k] = std::sin(angle);
  }
  for (int b = 0; b < plan.batch; ++b) {
    const float* const x = input + std::ptrdiff_t{b} * plan.input_distance;
    float2* const y = output + std::ptrdiff_t{b} * plan.output_distance;
    for (std::size_t k = 0; k <= n / 2; ++k) {
      double re = 0, im = 0;
      for (std::size_t i = 0; i < n; ++i) {
        re += x[i] * cosine[i * k % n];
        im -= x[i] * sine[i * k % n];
      }
      y[k] = {static_cast<float>(re), static_cast<float>(im)};
    }
    emulator::checker::copied(y, nullptr, (n / 2 + 1) * sizeof(float2));
  }
}

}  // namespace

cufftResult cufftPlanMany(cufftHandle* plan, int rank, int* n, int*, int, int idist, int*, int, int odist, cufftType,
                          int batch) {
  if (rank != 1 || n[0] <= 0 || batch <= 0) return CUFFT_INVALID_VALUE;
  static cufftHandle next = 0;
  *plan = ++next;
  plans()[*plan] = {n[0], idist, odist, batch};
  return CUFFT_SUCCESS;
}
cufftResult cufftSetStream(cufftHandle plan, cudaStream_t stream) {
  plans().at(plan).stream = stream;
  return CUFFT_SUCCESS;
}
cufftResult cufftExecR2C(cufftHandle plan, cufftReal* input, cufftComplex* output) {
  const auto at = plans().find(plan);
  if (at == plans().end()) return CUFFT_INVALID_PLAN;
  emulator::enqueue(at->second.stream, [plan = at->second, input, output] { transform(plan, input, output); });
  return CUFFT_SUCCESS;
}
cufftResult cufftDestroy(cufftHandle plan) { return plans().erase(plan) == 1 ? CUFFT_SUCCESS : CUFFT_INVALID_PLAN; }
