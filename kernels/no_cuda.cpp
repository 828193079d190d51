// In place of cuda/devices.cu in programs that are built without CUDA.
#include "cuda/make_cuda_backend.h"

namespace fractalsync {
namespace {

constexpr const char* kWhyNone = "this program was built without CUDA (build it with -DFRACTALSYNC_CUDA=ON)";

}  // namespace

CudaDevices list_cuda_devices() {
  CudaDevices none;
  none.why_none = kWhyNone;
  return none;
}

std::unique_ptr<Backend> make_cuda_backend(int, const CudaOptions&) { throw Error(kWhyNone); }

}  // namespace fractalsync
