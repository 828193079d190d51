// The only place that launches kernels, and how CUDA's errors become exceptions.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

#include "cuda/gpu.h"

namespace fractalsync::cuda {

/// What CUDA refused or reported: what was being done, the error's name and its text.
class CudaError : public std::runtime_error {
 public:
  CudaError(const std::string& doing, cudaError_t error);
  cudaError_t code() const { return code_; }

 private:
  cudaError_t code_;
};

/// Throws CudaError unless `error` is cudaSuccess. Clears the error, so that it is blamed on nobody else.
void check(cudaError_t error, const char* doing);

namespace detail {

/// The largest dynamic shared memory that a kernel gets without asking.
inline constexpr std::size_t kUnaskedSharedBytes = 48 * 1024;

/// After the launch of the kernel `name`: checks, and waits for it when FRACTALSYNC_CUDA_DEBUG is set, so that a fault
/// is blamed on its own kernel (not while a graph is recorded, which runs nothing).
void finish_launch(const char* name, cudaError_t error, cudaStream_t stream);

template <class... Parameters, class... Arguments>
void launch(bool cooperative, const char* name, void (*kernel)(Parameters...), dim3 grid, dim3 block,
            std::size_t shared_bytes, cudaStream_t stream, const Arguments&... arguments) {
  static_assert(sizeof...(Parameters) == sizeof...(Arguments));
  if (grid.x == 0 || grid.y == 0 || grid.z == 0) return;
  const nvtx3::scoped_range range(name);
  if (shared_bytes > kUnaskedSharedBytes)
    check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(shared_bytes)),
          name);
  cudaLaunchAttribute attribute;
  attribute.id = cudaLaunchAttributeCooperative;
  attribute.val.cooperative = 1;
  cudaLaunchConfig_t config{};
  config.gridDim = grid;
  config.blockDim = block;
  config.dynamicSmemBytes = shared_bytes;
  config.stream = stream;
  config.attrs = &attribute;
  config.numAttrs = cooperative ? 1 : 0;
  finish_launch(name, cudaLaunchKernelEx(&config, kernel, static_cast<Parameters>(arguments)...), stream);
}

}  // namespace detail

/// Launches `kernel` on `stream`; does nothing when the grid is empty. `name` appears in errors and profiles.
template <class... Parameters, class... Arguments>
void launch(const char* name, void (*kernel)(Parameters...), dim3 grid, dim3 block, std::size_t shared_bytes,
            cudaStream_t stream, const Arguments&... arguments) {
  detail::launch(false, name, kernel, grid, block, shared_bytes, stream, arguments...);
}

/// The same for a kernel whose blocks wait for each other (cooperative_groups::this_grid().sync()): all of them must
/// fit on the device at once.
template <class... Parameters, class... Arguments>
void launch_cooperative(const char* name, void (*kernel)(Parameters...), dim3 grid, dim3 block,
                        std::size_t shared_bytes, cudaStream_t stream, const Arguments&... arguments) {
  detail::launch(true, name, kernel, grid, block, shared_bytes, stream, arguments...);
}

/// Blocks of `block` threads that cover `count` elements.
inline dim3 blocks_for(long long count, int block) {
  return dim3(static_cast<unsigned>((count + block - 1) / block));
}

}  // namespace fractalsync::cuda
