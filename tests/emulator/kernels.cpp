#include "emulator/kernels.h"

#include "cuda/tensor_cores.cuh"

namespace fractalsync::test {
namespace {

using cuda::launch;

constexpr int kThreads = 64;

__global__ void block_sums_kernel(const float* values, float* sums) {
  GPU_SHARED(float, warps, [2]);
  float sum = values[blockIdx.x * kThreads + threadIdx.x];
  for (int distance = 16; distance > 0; distance /= 2) sum += __shfl_down_sync(0xffffffffu, sum, distance);
  if (threadIdx.x % 32 == 0) warps[threadIdx.x / 32] = sum;
  __syncthreads();
  if (threadIdx.x == 0) sums[blockIdx.x] = warps[0] + warps[1];
}

__global__ void normalise_kernel(float* values, float* partial) {
  GPU_DYNAMIC_SHARED(float, all);
  const unsigned at = blockIdx.x * kThreads + threadIdx.x;
  all[threadIdx.x] = values[at];
  __syncthreads();
  for (unsigned half = kThreads / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) all[threadIdx.x] += all[threadIdx.x + half];
    __syncthreads();
  }
  if (threadIdx.x == 0) partial[blockIdx.x] = all[0];
  cooperative_groups::this_grid().sync();
  float sum = 0;
  for (unsigned block = 0; block < gridDim.x; ++block) sum += partial[block];
  values[at] /= sum;
}

__global__ void tensor_product_kernel(const float* a, const float* b, float* c, bool split) {
  const cuda::TensorLane lane;
  cuda::Split<4> left;
  cuda::Split<2> right;
  for (int i = 0; i < 4; ++i) left.set(i, a[lane.a_row(i) * 8 + lane.a_inner(i)]);
  for (int i = 0; i < 2; ++i) right.set(i, b[lane.b_inner(i) * 8 + lane.b_column()]);
  cuda::SplitSum sum;
  if (split)
    sum.add(left, right);
  else
    cuda::mma_tf32(sum.large, left.high, right.high);
  for (int i = 0; i < 4; ++i) c[lane.c_row(i) * 8 + lane.c_column(i)] = sum.value(i);
}

__global__ void count_kernel(unsigned* count) { atomicAdd(count, 1u); }

// In all of these `data` is read and written so that the compiler keeps what the mistake is about.

__global__ void missing_barrier_kernel(float* data) {
  GPU_SHARED(float, tile, [kThreads]);
  tile[threadIdx.x] = 0;
  __syncthreads();
  tile[threadIdx.x] = data[threadIdx.x];
  data[blockIdx.x * kThreads + threadIdx.x] = tile[(threadIdx.x + 33) % kThreads];
}
__global__ void missing_warp_barrier_kernel(float* data) {
  GPU_SHARED(float, tile, [kThreads]);
  const unsigned first = threadIdx.x / 32 * 32;
  tile[threadIdx.x] = 1;
  __syncwarp();
  const float next = tile[first + (threadIdx.x + 1) % 32];
  tile[threadIdx.x] = next + 1;  // another lane may not have read it yet
  data[blockIdx.x * kThreads + threadIdx.x] = next;
}
__global__ void shared_overrun_kernel(float* data) {
  GPU_SHARED(float, tile, [kThreads]);
  tile[threadIdx.x + (threadIdx.x == 63 ? 1 : 0)] = 1;
  __syncthreads();
  data[threadIdx.x] = tile[0];
}
__global__ void dynamic_shared_overrun_kernel(float* data) {
  GPU_DYNAMIC_SHARED(float, tile);
  tile[threadIdx.x + 1] = 1;
  __syncthreads();
  data[threadIdx.x] = tile[1];
}
__global__ void global_overrun_kernel(float* data) { data[blockIdx.x * kThreads + threadIdx.x + 1] = 1; }
__global__ void uninitialised_shared_kernel(float* data) {
  GPU_SHARED(float, tile, [kThreads]);
  if (threadIdx.x != 5) tile[threadIdx.x] = 1;
  __syncthreads();
  data[blockIdx.x * kThreads + threadIdx.x] = tile[threadIdx.x];
}
__global__ void uninitialised_global_kernel(float* data) {
  const unsigned at = blockIdx.x * kThreads + threadIdx.x;
  data[at] = data[at] + 1;
}
__global__ void half_warp_product_kernel(float* data) {
  if (threadIdx.x % 2 == 1) return;
  cuda::SplitSum sum;
  sum.add({}, {});
  data[threadIdx.x] = sum.value(0);
}
__global__ void divergent_barrier_kernel(float* data) {
  if (threadIdx.x % 2 == 0)
    __syncthreads();
  else
    __syncthreads();
  data[0] = 1;
}
__global__ void barrier_after_exit_kernel(float* data) {
  if (threadIdx.x == 3) return;
  __syncwarp(__ballot_sync(threadIdx.x < 32 ? 0xfffffff7u : 0xffffffffu, 1));
  if (threadIdx.x == 0) data[0] = 1;
  __syncthreads();
}
__global__ void exit_during_barrier_kernel(float* data) {
  if (threadIdx.x > 3) __syncthreads();
  data[blockIdx.x * kThreads + threadIdx.x] = 1;
}
__global__ void waits_for_ever_kernel(float* data) {
  if (threadIdx.x % 2 == 0)
    __syncwarp();
  else
    __syncthreads();
  data[0] = 1;
}
__global__ void shuffle_masks_differ_kernel(float* data) {
  data[threadIdx.x] = __shfl_sync(threadIdx.x % 32 == 0 ? 0xffffffffu : 0xfffffffeu, 1.0f, 1);
}
__global__ void shuffle_from_absent_lane_kernel(float* data) {
  if (threadIdx.x % 32 < 16) data[threadIdx.x] = __shfl_sync(0x0000ffffu, 1.0f, 20);
}
__global__ void warp_at_two_places_kernel(float* data) {
  float value = 1;
  if (threadIdx.x % 2 == 0)
    value = __shfl_xor_sync(0xffffffffu, value, 1);
  else
    value = __shfl_xor_sync(0xffffffffu, value + 1, 1);
  data[threadIdx.x] = value;
}
__global__ void grid_barrier_kernel(float* data) {
  cooperative_groups::this_grid().sync();
  data[0] = 1;
}
__global__ void race_between_blocks_kernel(float* data) {
  if (threadIdx.x == 0) data[7] = static_cast<float>(blockIdx.x);
}
__global__ void race_with_atomic_kernel(float* data) {
  if (threadIdx.x == 0)
    data[7] = 1;
  else
    atomicAdd(data + 7, 1.0f);
}
__global__ void local_memory_kernel(float* data) {
  GPU_SHARED(float*, shared, [1]);
  float mine = data[threadIdx.x];
  if (threadIdx.x == 0) shared[0] = &mine;
  __syncthreads();
  data[blockIdx.x * kThreads + threadIdx.x] = *shared[0];
}
__global__ void misaligned_kernel(float* data) {
  if (threadIdx.x != 0) return;
  const float2 pair = *reinterpret_cast<const float2*>(data + 1);
  data[blockIdx.x * kThreads + 3] = pair.x;
}

}  // namespace

void run_block_sums(const float* values, float* sums, int blocks, cudaStream_t stream) {
  launch("block_sums", block_sums_kernel, dim3(static_cast<unsigned>(blocks)), kThreads, 0, stream, values, sums);
}
void run_normalise(float* values, float* partial, int blocks, cudaStream_t stream) {
  cuda::launch_cooperative("normalise", normalise_kernel, dim3(static_cast<unsigned>(blocks)), kThreads,
                           kThreads * sizeof(float), stream, values, partial);
}
void run_count(unsigned* count, int blocks, cudaStream_t stream) {
  launch("count", count_kernel, dim3(static_cast<unsigned>(blocks)), kThreads, 0, stream, count);
}

void run_tensor_product(const float* a, const float* b, float* c, bool split, cudaStream_t stream) {
  launch("tensor_product", tensor_product_kernel, 1, 32, 0, stream, a, b, c, split);
}

void run_mistake(Mistake mistake, float* data, cudaStream_t stream) {
  const auto run = [&](void (*kernel)(float*)) {
    launch("mistake", kernel, 2, kThreads, kThreads * sizeof(float), stream, data);
  };
  switch (mistake) {
    case Mistake::missing_barrier: return run(missing_barrier_kernel);
    case Mistake::missing_warp_barrier: return run(missing_warp_barrier_kernel);
    case Mistake::shared_overrun: return run(shared_overrun_kernel);
    case Mistake::dynamic_shared_overrun: return run(dynamic_shared_overrun_kernel);
    case Mistake::global_overrun: return run(global_overrun_kernel);
    case Mistake::uninitialised_shared: return run(uninitialised_shared_kernel);
    case Mistake::uninitialised_global: return run(uninitialised_global_kernel);
    case Mistake::divergent_barrier: return run(divergent_barrier_kernel);
    case Mistake::barrier_after_exit: return run(barrier_after_exit_kernel);
    case Mistake::exit_during_barrier: return run(exit_during_barrier_kernel);
    case Mistake::waits_for_ever: return run(waits_for_ever_kernel);
    case Mistake::shuffle_masks_differ: return run(shuffle_masks_differ_kernel);
    case Mistake::shuffle_from_absent_lane: return run(shuffle_from_absent_lane_kernel);
    case Mistake::warp_at_two_places: return run(warp_at_two_places_kernel);
    case Mistake::grid_barrier_in_plain_launch: return run(grid_barrier_kernel);
    case Mistake::race_between_blocks: return run(race_between_blocks_kernel);
    case Mistake::race_with_atomic: return run(race_with_atomic_kernel);
    case Mistake::other_threads_local_memory: return run(local_memory_kernel);
    case Mistake::misaligned: return run(misaligned_kernel);
    case Mistake::product_by_half_a_warp: return run(half_warp_product_kernel);
  }
}

}  // namespace fractalsync::test
