#include "cuda/launch.h"

#include <cstdlib>

namespace fractalsync::cuda {
namespace {

std::string sentence(const std::string& doing, cudaError_t error) {
  return doing + ": " + cudaGetErrorName(error) + " (" + cudaGetErrorString(error) + ")";
}

bool debugging() {
  static const bool asked = [] {
    const char* const value = std::getenv("FRACTALSYNC_CUDA_DEBUG");
    return value != nullptr && *value != '\0' && std::string(value) != "0";
  }();
  return asked;
}

}  // namespace

CudaError::CudaError(const std::string& doing, cudaError_t error)
    : std::runtime_error(sentence(doing, error)), code_(error) {}

void check(cudaError_t error, const char* doing) {
  if (error == cudaSuccess) return;
  cudaGetLastError();
  throw CudaError(doing, error);
}

void detail::finish_launch(const char* name, cudaError_t error, cudaStream_t stream) {
  check(error, name);
  if (!debugging()) return;
  cudaStreamCaptureStatus status = cudaStreamCaptureStatusNone;
  check(cudaStreamIsCapturing(stream, &status), name);
  if (status == cudaStreamCaptureStatusNone) check(cudaStreamSynchronize(stream), name);
}

}  // namespace fractalsync::cuda
