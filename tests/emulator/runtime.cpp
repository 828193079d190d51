#include "emulator/runtime.h"

#include <cstdio>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "emulator/checker.h"
#include "emulator/memory.h"

struct EmulatedGraph {
  std::vector<std::function<void()>> work;
};
struct EmulatedStream {
  std::deque<std::function<void()>> queue;
  std::unique_ptr<EmulatedGraph> capture;  ///< while something is being captured
  bool capture_broken = false;
};

namespace {

// A device of 8.0: 108 multiprocessors would make every cooperative launch a large one here.
constexpr int kMultiprocessors = 4, kThreadsPerMultiprocessor = 2048, kBlocksPerMultiprocessor = 32;
constexpr std::size_t kSharedPerMultiprocessor = 164 * 1024, kSharedPerBlock = 163 * 1024, kUnaskedShared = 48 * 1024;

cudaError_t last_error = cudaSuccess, count_error = cudaSuccess;
bool kernel_image = true;
int compute_major = 8;
std::set<EmulatedStream*>& streams() {
  static auto& all = *new std::set<EmulatedStream*>;
  return all;
}
std::map<const void*, int>& allowed_shared() {
  static auto& all = *new std::map<const void*, int>;
  return all;
}

cudaError_t said(cudaError_t error) {
  if (error != cudaSuccess) last_error = error;
  return error;
}

EmulatedStream* capturing() {
  for (EmulatedStream* stream : streams())
    if (stream->capture) return stream;
  return nullptr;
}
/// What must not be done during a capture breaks it.
bool refuse_capture() {
  EmulatedStream* const stream = capturing();
  if (stream != nullptr) stream->capture_broken = true;
  return stream != nullptr;
}

void drain(EmulatedStream& stream) {
  while (!stream.queue.empty()) {
    const std::function<void()> work = std::move(stream.queue.front());
    stream.queue.pop_front();
    try {
      work();
    } catch (...) {
      stream.queue.clear();
      throw;
    }
  }
}
void drain_all() {
  for (EmulatedStream* stream : streams()) drain(*stream);
}

void copy(void* destination, const void* source, std::size_t bytes) {
  using emulator::Residence;
  const emulator::DeviceAccess access;
  const auto inside = [bytes](const void* address) {
    return emulator::residence(address) != Residence::device || emulator::in_one_device_block(address, bytes);
  };
  if (!inside(destination) || !inside(source)) emulator::fail("a copy reaches outside of its device array");
  std::memcpy(destination, source, bytes);
  emulator::checker::copied(destination, source, bytes);
}

}  // namespace

const char* cudaGetErrorName(cudaError_t error) {
  switch (error) {
    case cudaSuccess: return "cudaSuccess";
    case cudaErrorInvalidValue: return "cudaErrorInvalidValue";
    case cudaErrorMemoryAllocation: return "cudaErrorMemoryAllocation";
    case cudaErrorInvalidConfiguration: return "cudaErrorInvalidConfiguration";
    case cudaErrorNoDevice: return "cudaErrorNoDevice";
    case cudaErrorInvalidDevice: return "cudaErrorInvalidDevice";
    case cudaErrorNoKernelImageForDevice: return "cudaErrorNoKernelImageForDevice";
    case cudaErrorLaunchFailure: return "cudaErrorLaunchFailure";
    case cudaErrorCooperativeLaunchTooLarge: return "cudaErrorCooperativeLaunchTooLarge";
    case cudaErrorStreamCaptureUnsupported: return "cudaErrorStreamCaptureUnsupported";
    case cudaErrorStreamCaptureInvalidated: return "cudaErrorStreamCaptureInvalidated";
  }
  return "unrecognized error code";
}
const char* cudaGetErrorString(cudaError_t error) { return cudaGetErrorName(error); }
cudaError_t cudaGetLastError() { return std::exchange(last_error, cudaSuccess); }

cudaError_t cudaGetDeviceCount(int* count) {
  *count = count_error == cudaSuccess ? 1 : 0;
  return said(count_error);
}
cudaError_t cudaSetDevice(int device) { return said(device == 0 ? cudaSuccess : cudaErrorInvalidDevice); }
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  if (device != 0) return said(cudaErrorInvalidDevice);
  *properties = {};
  std::snprintf(properties->name, sizeof properties->name, "Emulated GPU");
  properties->major = compute_major;
  properties->minor = 0;
  properties->multiProcessorCount = kMultiprocessors;
  properties->totalGlobalMem = std::size_t{8} << 30;
  properties->sharedMemPerBlockOptin = kSharedPerBlock;
  return cudaSuccess;
}
cudaError_t cudaDriverGetVersion(int* version) {
  *version = 13000;
  return cudaSuccess;
}
cudaError_t cudaRuntimeGetVersion(int* version) { return cudaDriverGetVersion(version); }

cudaError_t cudaMalloc(void** block, std::size_t bytes) {
  if (refuse_capture()) return said(cudaErrorStreamCaptureUnsupported);
  *block = emulator::allocate_device(bytes);
  return said(*block == nullptr ? cudaErrorMemoryAllocation : cudaSuccess);
}
cudaError_t cudaFree(void* block) {
  if (refuse_capture()) return said(cudaErrorStreamCaptureUnsupported);
  drain_all();
  if (block == nullptr) return cudaSuccess;
  return said(emulator::release_device(block) ? cudaSuccess : cudaErrorInvalidValue);
}
cudaError_t cudaMallocHost(void** block, std::size_t bytes) {
  if (refuse_capture()) return said(cudaErrorStreamCaptureUnsupported);
  *block = emulator::allocate_pinned(bytes);
  return said(*block == nullptr ? cudaErrorMemoryAllocation : cudaSuccess);
}
cudaError_t cudaFreeHost(void* block) {
  if (refuse_capture()) return said(cudaErrorStreamCaptureUnsupported);
  drain_all();
  return said(emulator::release_pinned(block) ? cudaSuccess : cudaErrorInvalidValue);
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  *stream = new EmulatedStream;
  streams().insert(*stream);
  return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  drain(*stream);
  streams().erase(stream);
  delete stream;
  return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  if (refuse_capture()) return said(cudaErrorStreamCaptureUnsupported);
  drain(*stream);
  return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* destination, const void* source, std::size_t bytes, cudaMemcpyKind,
                            cudaStream_t stream) {
  using emulator::Residence;
  // Ordinary host memory is read or written before the call returns.
  const bool now = emulator::residence(source) == Residence::host || emulator::residence(destination) == Residence::host;
  if (!now) return emulator::enqueue(stream, [=] { copy(destination, source, bytes); });
  if (refuse_capture()) return said(cudaErrorStreamCaptureUnsupported);
  drain(*stream);
  copy(destination, source, bytes);
  return cudaSuccess;
}
cudaError_t cudaMemsetAsync(void* destination, int value, std::size_t bytes, cudaStream_t stream) {
  return emulator::enqueue(stream, [=] {
    const emulator::DeviceAccess access;
    if (!emulator::in_one_device_block(destination, bytes)) emulator::fail("a memset reaches outside of its device array");
    std::memset(destination, value, bytes);
    emulator::checker::copied(destination, nullptr, bytes);
  });
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
  if (stream->capture) return said(cudaErrorStreamCaptureUnsupported);
  stream->capture = std::make_unique<EmulatedGraph>();
  stream->capture_broken = false;
  return cudaSuccess;
}
cudaError_t cudaStreamIsCapturing(cudaStream_t stream, cudaStreamCaptureStatus* status) {
  *status = stream->capture ? cudaStreamCaptureStatusActive : cudaStreamCaptureStatusNone;
  return cudaSuccess;
}
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  std::unique_ptr<EmulatedGraph> captured = std::move(stream->capture);
  *graph = nullptr;
  if (!captured || stream->capture_broken) return said(cudaErrorStreamCaptureInvalidated);
  *graph = captured.release();
  return cudaSuccess;
}
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* executable, cudaGraph_t graph, unsigned long long) {
  *executable = new EmulatedGraph(*graph);
  return cudaSuccess;
}
cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  delete graph;
  return cudaSuccess;
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t executable) { return cudaGraphDestroy(executable); }
cudaError_t cudaGraphLaunch(cudaGraphExec_t executable, cudaStream_t stream) {
  for (const std::function<void()>& work : executable->work) {
    const cudaError_t error = emulator::enqueue(stream, work);
    if (error != cudaSuccess) return error;
  }
  return cudaSuccess;
}

cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, const void*) {
  *attributes = {};
  return said(kernel_image ? cudaSuccess : cudaErrorNoKernelImageForDevice);
}

namespace emulator {

cudaError_t enqueue(cudaStream_t stream, std::function<void()> work) {
  if (stream->capture)
    stream->capture->work.push_back(std::move(work));
  else
    stream->queue.push_back(std::move(work));
  return cudaSuccess;
}

cudaError_t launch(const cudaLaunchConfig_t& config, const void* kernel, BoundKernel bound) {
  const dim3 grid = config.gridDim, block = config.blockDim;
  const std::uint64_t threads = std::uint64_t{block.x} * block.y * block.z;
  if (threads == 0 || threads > 1024 || block.z > 64 || grid.x == 0 || grid.y == 0 || grid.z == 0 ||
      grid.x > 0x7fffffffu || grid.y > 65535 || grid.z > 65535)
    return said(cudaErrorInvalidConfiguration);
  const auto asked = allowed_shared().find(kernel);
  const std::size_t allowed = asked == allowed_shared().end() ? kUnaskedShared : static_cast<std::size_t>(asked->second);
  if (config.dynamicSmemBytes > allowed) return said(cudaErrorInvalidValue);
  LaunchShape shape{grid, block, config.dynamicSmemBytes, false};
  for (unsigned i = 0; i < config.numAttrs; ++i) shape.cooperative = config.attrs[i].val.cooperative != 0;
  if (shape.cooperative) {
    int resident = 0;
    occupancy(&resident, static_cast<int>(threads), shape.shared_bytes);
    if (std::uint64_t{grid.x} * grid.y * grid.z > static_cast<std::uint64_t>(resident) * kMultiprocessors)
      return said(cudaErrorCooperativeLaunchTooLarge);
  }
  return enqueue(config.stream, [shape, bound = std::move(bound)] { run_kernel(shape, bound); });
}

cudaError_t allow_shared(const void* kernel, int bytes) {
  if (bytes < 0 || static_cast<std::size_t>(bytes) > kSharedPerBlock) return said(cudaErrorInvalidValue);
  allowed_shared()[kernel] = bytes;
  return cudaSuccess;
}

cudaError_t occupancy(int* blocks, int threads, std::size_t shared_bytes) {
  const int by_threads = kThreadsPerMultiprocessor / ((threads + 31) / 32 * 32);
  // Each block also takes a kilobyte for the system.
  const auto by_shared = static_cast<int>(kSharedPerMultiprocessor / (shared_bytes + 1024));
  *blocks = std::min({by_threads, by_shared, kBlocksPerMultiprocessor});
  return cudaSuccess;
}

void set_device_count_error(cudaError_t error) { count_error = error; }
void set_kernel_image(bool present) { kernel_image = present; }
void set_compute_capability(int major) { compute_major = major; }

}  // namespace emulator
