// What this machine's CPU can do at all.
#pragma once

#include "bench/device.h"
#include "core/thread_pool.h"

namespace fractalsync::bench {

/// Copies, and fused multiply-adds with the vectors of `isa`, on all threads of the pool.
Peaks measure_cpu_peaks(ThreadPool& pool, const std::string& isa);

}  // namespace fractalsync::bench
