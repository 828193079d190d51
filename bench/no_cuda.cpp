// In place of cuda/ in programs that are built without CUDA, where no backend is one of a GPU.
#include "bench/device.h"

namespace fractalsync::bench {

std::unique_ptr<Device> make_cuda_device(std::unique_ptr<Backend>) {
  throw Error("this program was built without CUDA");
}

}  // namespace fractalsync::bench
