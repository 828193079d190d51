// The part of the CUDA runtime that the backend calls. Work on a stream really is put off until somebody waits for it,
// so that a host that reads too early, or frees too early, is found out; a graph is the list of what was captured.
#pragma once

#include <functional>
#include <memory>
#include <tuple>

#include "emulator/engine.h"
#include "emulator/types.h"

struct EmulatedStream;
struct EmulatedGraph;
using cudaStream_t = EmulatedStream*;
using cudaGraph_t = EmulatedGraph*;
using cudaGraphExec_t = EmulatedGraph*;

struct cudaDeviceProp {
  char name[256];
  int major, minor, multiProcessorCount;
  std::size_t totalGlobalMem, sharedMemPerBlockOptin;
};
struct cudaFuncAttributes {
  std::size_t sharedSizeBytes;
};

enum { cudaStreamNonBlocking = 1 };
enum cudaStreamCaptureMode { cudaStreamCaptureModeGlobal, cudaStreamCaptureModeThreadLocal, cudaStreamCaptureModeRelaxed };
enum cudaStreamCaptureStatus { cudaStreamCaptureStatusNone, cudaStreamCaptureStatusActive };
enum cudaFuncAttribute { cudaFuncAttributeMaxDynamicSharedMemorySize = 8 };
enum cudaLaunchAttributeID { cudaLaunchAttributeCooperative = 2 };
struct cudaLaunchAttribute {
  cudaLaunchAttributeID id;
  union {
    int cooperative;
  } val;
};
struct cudaLaunchConfig_t {
  dim3 gridDim, blockDim;
  std::size_t dynamicSmemBytes;
  cudaStream_t stream;
  cudaLaunchAttribute* attrs;
  unsigned numAttrs;
};

const char* cudaGetErrorName(cudaError_t error);
const char* cudaGetErrorString(cudaError_t error);
cudaError_t cudaGetLastError();

cudaError_t cudaGetDeviceCount(int* count);
cudaError_t cudaSetDevice(int device);
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device);
cudaError_t cudaDriverGetVersion(int* version);
cudaError_t cudaRuntimeGetVersion(int* version);

cudaError_t cudaMalloc(void** block, std::size_t bytes);
cudaError_t cudaFree(void* block);
cudaError_t cudaMallocHost(void** block, std::size_t bytes);
cudaError_t cudaFreeHost(void* block);

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags);
cudaError_t cudaStreamDestroy(cudaStream_t stream);
cudaError_t cudaStreamSynchronize(cudaStream_t stream);
cudaError_t cudaMemcpyAsync(void* destination, const void* source, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream);
cudaError_t cudaMemsetAsync(void* destination, int value, std::size_t bytes, cudaStream_t stream);

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode);
cudaError_t cudaStreamIsCapturing(cudaStream_t stream, cudaStreamCaptureStatus* status);
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph);
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* executable, cudaGraph_t graph, unsigned long long flags);
cudaError_t cudaGraphDestroy(cudaGraph_t graph);
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t executable);
cudaError_t cudaGraphLaunch(cudaGraphExec_t executable, cudaStream_t stream);

namespace emulator {

/// Checks a launch as the runtime does and puts it on its stream.
cudaError_t launch(const cudaLaunchConfig_t& config, const void* kernel, BoundKernel bound);
/// Puts other work on a stream.
cudaError_t enqueue(cudaStream_t stream, std::function<void()> work);
cudaError_t allow_shared(const void* kernel, int bytes);
cudaError_t occupancy(int* blocks, int threads, std::size_t shared_bytes);

/// Makes cudaGetDeviceCount fail with `error` (cudaSuccess: not any more), as it does where there is no GPU.
void set_device_count_error(cudaError_t error);
/// Makes the program hold no code for the device, or hold it again.
void set_kernel_image(bool present);
/// Of the device; 8 unless set otherwise.
void set_compute_capability(int major);

}  // namespace emulator

template <class... Parameters, class... Arguments>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* config, void (*kernel)(Parameters...),
                               Arguments... arguments) {
  using Bound = std::tuple<void (*)(Parameters...), Parameters...>;
  const auto call = [](const void* bound) {
    std::apply([](auto function, const Parameters&... values) { function(values...); },
               *static_cast<const Bound*>(bound));
  };
  return emulator::launch(*config, reinterpret_cast<const void*>(kernel),
                          {call, std::make_shared<const Bound>(kernel, arguments...), sizeof(Bound)});
}
template <class Function>
cudaError_t cudaFuncSetAttribute(Function* kernel, cudaFuncAttribute, int value) {
  return emulator::allow_shared(reinterpret_cast<const void*>(kernel), value);
}
template <class Function>
cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, Function*, int threads,
                                                          std::size_t shared_bytes) {
  return emulator::occupancy(blocks, threads, shared_bytes);
}
cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, const void* kernel);

namespace nvtx3 {

/// Ranges are for a profiler, of which there is none here.
class scoped_range {
 public:
  explicit scoped_range(const char*) {}
};

}  // namespace nvtx3
