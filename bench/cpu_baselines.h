// FFTW and OpenBLAS at the problems that they know. Built without one, its functions have nothing to offer.
#pragma once

#include "bench/device.h"
#include "core/thread_pool.h"

namespace fractalsync::bench {

std::vector<Baseline> fftw_transforms(ThreadPool& pool, const Transforms& problem, std::uint64_t seed);
std::vector<Baseline> openblas_products(int threads, const Products& problem, std::uint64_t seed);
/// Sets the peak of a matrix product.
void measure_openblas_product(int threads, Peaks& peaks);
std::vector<std::string> missing_cpu_libraries();

}  // namespace fractalsync::bench
