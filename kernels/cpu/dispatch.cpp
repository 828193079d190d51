// Picks the instruction set at run time.
#include <string>
#include <vector>

#include "backend.h"
#include "core/check.h"
#include "cpu/kernels.h"

namespace fractalsync {
namespace cpu {
namespace {

struct Candidate {
  CpuKernels kernels;
  bool supported;
};

#define FRACTALSYNC_KERNELS(isa)                                                          \
  {                                                                                       \
    #isa, &isa::feature_kernels, &isa::mlp_kernels, &isa::unit_kernels,                   \
        &isa::optimizer_kernels, &isa::julia_kernels, &isa::display_kernels, &isa::look_kernels \
  }

/// Everything this program holds code for, narrowest first.
const std::vector<Candidate>& candidates() {
  static const std::vector<Candidate> all = {
      {FRACTALSYNC_KERNELS(baseline), true},
#if defined(FRACTALSYNC_X86)
      {FRACTALSYNC_KERNELS(avx2), __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                                      __builtin_cpu_supports("bmi2")},
      {FRACTALSYNC_KERNELS(avx512),
       __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512cd")},
#endif
  };
  return all;
}

}  // namespace

const CpuKernels& select_kernels(const std::string& isa) {
  const Candidate* best = nullptr;
  for (const Candidate& candidate : candidates())
    if (candidate.supported && (isa.empty() || isa == candidate.kernels.isa)) best = &candidate;
  if (best == nullptr)
    throw Error("no instruction set '" + isa + "' here; there are: " + list_cpu_isas());
  return best->kernels;
}

}  // namespace cpu

std::string list_cpu_isas() {
  std::string names;
  for (const auto& candidate : cpu::candidates())
    if (candidate.supported) names += (names.empty() ? "" : " ") + std::string(candidate.kernels.isa);
  return names;
}

}  // namespace fractalsync
