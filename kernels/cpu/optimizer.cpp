// AdamW on the CPU: one pass for the gradient's norm, one that updates everything.
#include <algorithm>
#include <cmath>

#include "cpu/cpu_backend.h"
#include "stages/batch_checks.h"

namespace fractalsync::cpu {
namespace {

constexpr std::int64_t kChunk = 4096;  // parameters per task; the norm's partial sums are per chunk

}  // namespace

void CpuBackend::adamw(const AdamWSpec& spec, View<const StepState> now, const AdamWState& state,
                       View<float> norm) {
  check_adamw(now, state, norm);
  const std::int64_t size = state.gradient.size();
  const std::int64_t chunks = (size + kChunk - 1) / kChunk;
  const auto count = [size](std::int64_t chunk) { return std::min(kChunk, size - chunk * kChunk); };

  chunk_sums_.resize(static_cast<std::size_t>(chunks));
  pool_.run(chunks, [&](std::int64_t chunk, int) {
    chunk_sums_[static_cast<std::size_t>(chunk)] =
        kernels_.optimizer->sum_of_squares(state.gradient.data() + chunk * kChunk, count(chunk));
  });
  double squares = 0;
  for (const double sum : chunk_sums_) squares += sum;
  const double length = std::sqrt(squares);
  norm[0] = static_cast<float>(length);
  if (!std::isfinite(norm[0])) return;

  const math::AdamWFactors<float> f = math::adamw_factors(spec, now[0].step, now[0].learning_rate, length);
  pool_.run(chunks, [&](std::int64_t chunk, int) {
    const std::int64_t at = chunk * kChunk;
    kernels_.optimizer->adamw(f, state.gradient.data() + at, count(chunk), state.parameters.data() + at,
                              state.first_moment.data() + at, state.second_moment.data() + at);
  });
}

}  // namespace fractalsync::cpu
