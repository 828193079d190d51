#include "bench/cpu_peaks.h"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace fractalsync::bench {
namespace {

// Independent chains of fused multiply-adds, enough to hide their latency and few enough for the registers; nothing
// else in the loop. A chain is 64 bytes of x.
constexpr int kRepeats = 20000, kChainBytes = 64, kMostChains = 16;

struct Chains {
  void (*run)(void* x);
  int chains, bytes;  ///< of how many bytes each
};

// Compiled with contraction, so that a product and a sum are one fused multiply-add where the target has it.
#define FRACTALSYNC_CHAINS(name, attribute, T, bytes, count)                              \
  attribute void name(void* data) {                                                       \
    typedef T Vector __attribute__((vector_size(bytes)));                                 \
    Vector x[count];                                                                      \
    std::memcpy(x, data, sizeof x);                                                       \
    for (int n = 0; n < kRepeats; ++n)                                                    \
      _Pragma("GCC unroll 16") for (Vector & each : x) each = each * T(0.999) + T(0.001); \
    std::memcpy(data, x, sizeof x);                                                       \
  }
#if defined(FRACTALSYNC_X86)
FRACTALSYNC_CHAINS(chains_avx512, __attribute__((target("avx512f"))), float, 64, 16)
FRACTALSYNC_CHAINS(chains64_avx512, __attribute__((target("avx512f"))), double, 64, 16)
FRACTALSYNC_CHAINS(chains_avx2, __attribute__((target("avx2,fma"))), float, 32, 12)
FRACTALSYNC_CHAINS(chains64_avx2, __attribute__((target("avx2,fma"))), double, 32, 12)
#endif
FRACTALSYNC_CHAINS(chains_baseline, , float, 16, 8)
FRACTALSYNC_CHAINS(chains64_baseline, , double, 16, 8)
#undef FRACTALSYNC_CHAINS

Chains chains_for([[maybe_unused]] const std::string& isa, bool float64) {
#if defined(FRACTALSYNC_X86)
  if (isa == "avx512") return {float64 ? chains64_avx512 : chains_avx512, 16, 64};
  if (isa == "avx2") return {float64 ? chains64_avx2 : chains_avx2, 12, 32};
#endif
  return {float64 ? chains64_baseline : chains_baseline, 8, 16};
}

/// The best of several, since a peak is what is possible.
template <class Work>
double shortest(int times, Work&& work) {
  double best = 1e9;
  for (int i = 0; i < times; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  return best;
}

double fma_per_second(ThreadPool& pool, const std::string& isa, bool float64) {
  const Chains chains = chains_for(isa, float64);
  const double flops =
      2.0 * kRepeats * chains.chains * chains.bytes / (float64 ? sizeof(double) : sizeof(float)) * pool.size();
  const double seconds = shortest(50, [&] {
    pool.run(pool.size(), [&](std::int64_t, int) {
      alignas(kChainBytes) char x[kChainBytes * kMostChains] = {};
      chains.run(x);
      asm volatile("" : : "r"(x) : "memory");  // x is wanted
    });
  });
  return flops / seconds;
}

double copied_per_second(ThreadPool& pool) {
  constexpr std::int64_t kBytes = std::int64_t{128} << 20, kParts = 256, kPart = kBytes / kParts;
  const std::vector<char> from(kBytes, 1);
  std::vector<char> to(kBytes);
  const double seconds = shortest(5, [&] {
    pool.run(kParts,
             [&](std::int64_t part, int) { std::memcpy(to.data() + part * kPart, from.data() + part * kPart, kPart); });
  });
  return 2.0 * kBytes / seconds;
}

}  // namespace

Peaks measure_cpu_peaks(ThreadPool& pool, const std::string& isa) {
  Peaks peaks;
  peaks.copy_bytes = copied_per_second(pool);
  peaks.fma_flops = fma_per_second(pool, isa, false);
  peaks.fma64_flops = fma_per_second(pool, isa, true);
  return peaks;
}

}  // namespace fractalsync::bench
