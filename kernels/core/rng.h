// Counter-based random numbers (Philox 4x32-10: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as
// easy as 1, 2, 3", SC 2011). The n-th number of a stream is a function of (seed, stream, n): the CPU and
// a GPU draw the same batch without sharing any state, and a resumed run draws what an unbroken one would.
#pragma once

#include <cstdint>

#include "core/annotate.h"

namespace fractalsync {

struct RandomBlock {
  std::uint32_t word[4];
};

/// Purposes that must never share numbers.
enum class RandomStream : std::uint32_t {
  initial_weights = 1,
  batch = 2,
  dropout = 3,
  validation_split = 4,
  test_data = 5,
};

/// Four random words for counter (low, high) of one stream.
FS_FORMULA RandomBlock random_block(std::uint64_t seed, RandomStream stream, std::uint64_t low, std::uint32_t high) {
  std::uint32_t c0 = static_cast<std::uint32_t>(low), c1 = static_cast<std::uint32_t>(low >> 32), c2 = high,
                c3 = static_cast<std::uint32_t>(stream);
  std::uint32_t k0 = static_cast<std::uint32_t>(seed), k1 = static_cast<std::uint32_t>(seed >> 32);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * c0;
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57u} * c2;
    const std::uint32_t n0 = static_cast<std::uint32_t>(p1 >> 32) ^ c1 ^ k0;
    const std::uint32_t n2 = static_cast<std::uint32_t>(p0 >> 32) ^ c3 ^ k1;
    c1 = static_cast<std::uint32_t>(p1);
    c3 = static_cast<std::uint32_t>(p0);
    c0 = n0;
    c2 = n2;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return {{c0, c1, c2, c3}};
}

/// Uniform in [0, 1), 24 bits.
FS_FORMULA float uniform_float(std::uint32_t word) { return static_cast<float>(word >> 8) * 0x1p-24f; }

/// Uniform integer in [0, bound), bound < 2^32, by multiplication (bias below bound / 2^32).
FS_FORMULA std::uint32_t uniform_below(std::uint32_t word, std::uint32_t bound) {
  return static_cast<std::uint32_t>((std::uint64_t{word} * bound) >> 32);
}

}  // namespace fractalsync
