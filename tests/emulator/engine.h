// The execution model: grids of blocks of threads, each thread a fiber. One operating system thread runs them all, one
// after the other, and changes over only where CUDA threads meet: at barriers, warp operations and atomics. In which
// order it takes them is chosen by a seed, so that a kernel that works by luck is found out.
//
// What CUDA leaves undefined is a Fault here: barriers that not all threads reach, warp operations that lanes reach from
// different places or with different masks, reads from lanes that do not take part, threads that wait for ever.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <source_location>
#include <stdexcept>
#include <string>

#include "emulator/types.h"

namespace emulator {

/// A kernel did what CUDA does not allow; the launch throws it, with the place and the thread.
class Fault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

using Place = std::source_location;

/// Who a running CUDA thread is.
struct ThreadContext {
  uint3 thread, block;  ///< indices
  unsigned rank;        ///< in its block
  unsigned lane, warp;
  unsigned threads;  ///< in its block
  std::uint64_t block_rank;
};
/// Of the thread that runs now; a Fault outside of a kernel.
const ThreadContext& current();
int current_lane();
bool in_kernel();

/// How threads are ordered from now on. 0: in turn; others: shuffled.
void set_seed(std::uint64_t seed);

struct LaunchShape {
  dim3 grid, block;
  std::size_t shared_bytes = 0;
  bool cooperative = false;
};
/// A kernel with its arguments.
struct BoundKernel {
  void (*call)(const void* arguments);
  std::shared_ptr<const void> arguments;
  std::size_t bytes;  ///< of the arguments
};
/// Runs a kernel to its end. Throws the Fault of the first thread that commits one.
void run_kernel(const LaunchShape& shape, const BoundKernel& kernel);
/// True for the arguments of the kernel that runs: every thread may read them.
bool in_arguments(const void* address);

/// While one lives, a thread is in the emulator's code and not in the kernel's: its accesses are its own business.
class Inside {
 public:
  Inside();
  ~Inside();
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
};
bool is_inside();

/// Ends the launch with a Fault (from a kernel), or throws it (from the host).
[[noreturn]] void fail(const std::string& what);

enum class BarrierKind { sync, count, all, any };
/// Waits for the block; the number of threads for which `predicate` holds.
int block_barrier(BarrierKind kind, bool predicate, const Place& place);
void grid_barrier(const Place& place);

enum class WarpKind { sync, shuffle, ballot, mma };
/// Waits for the lanes of `mask`. shuffle: copies `bytes` from `value` of lane `source` over `value`; ballot: returns
/// the lanes for which `source` is not 0; mma: `value` is the lane's MmaOperands.
unsigned warp_operation(unsigned mask, WarpKind kind, int source, void* value, std::size_t bytes, const Place& place);

/// Where an atomic operation takes place: another thread may come first.
void atomic_point();

/// Shared memory of the running block. `variable` numbers the static arrays of the program.
void* static_shared(std::size_t variable);
void* dynamic_shared();

/// One static shared array of a kernel; made once.
struct SharedVariable {
  SharedVariable(std::size_t bytes, std::size_t alignment);
  std::size_t number;
};

/// Progress of the running thread through barriers: what the checker orders accesses by.
struct Epoch {
  std::uint32_t block, warp, grid;
};
Epoch current_epoch();
/// True for the stack of the running thread; false, too, for those of others.
bool on_own_stack(const void* address);
bool on_any_stack(const void* address);

}  // namespace emulator
