// Kernels for the emulator's own tests: right ones, and ones with one mistake each.
#pragma once

#include "cuda/launch.h"

namespace fractalsync::test {

/// sums[block] = sum of the block's 64 values, by shuffles and shared memory.
void run_block_sums(const float* values, float* sums, int blocks, cudaStream_t stream);
/// values /= their sum, in one cooperative launch of `blocks` blocks of 64.
void run_normalise(float* values, float* partial, int blocks, cudaStream_t stream);
/// count += number of threads, atomically.
void run_count(unsigned* count, int blocks, cudaStream_t stream);

/// c [16, 8] = a [16, 8] b [8, 8] on tensor cores: as TF32, or (`split`) as float32 in two parts.
void run_tensor_product(const float* a, const float* b, float* c, bool split, cudaStream_t stream);

enum class Mistake {
  missing_barrier,
  missing_warp_barrier,
  shared_overrun,
  dynamic_shared_overrun,
  global_overrun,
  uninitialised_shared,
  uninitialised_global,
  divergent_barrier,
  barrier_after_exit,
  exit_during_barrier,
  waits_for_ever,
  shuffle_masks_differ,
  shuffle_from_absent_lane,
  warp_at_two_places,
  grid_barrier_in_plain_launch,
  race_between_blocks,
  race_with_atomic,
  other_threads_local_memory,
  misaligned,
  product_by_half_a_warp,
};
/// Launches the kernel with this mistake: two blocks of 64 on data [128], of which the first 127 are written.
void run_mistake(Mistake mistake, float* data, cudaStream_t stream);

}  // namespace fractalsync::test
