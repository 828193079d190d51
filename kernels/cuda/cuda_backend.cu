// The device, its stream, copies, scratch, and the step as one graph.
#include "cuda/cuda_backend.h"

#include <utility>

namespace fractalsync::cuda {
namespace {

/// Scratch grows in steps, so that it rarely moves.
constexpr std::size_t kScratchStep = std::size_t{1} << 20;

/// The first replay does the work as it is, so that scratch grows to the size the work needs; the second captures it.
/// When scratch has moved since (another stage's call was larger), it is captured anew.
class GraphRecording final : public Recording {
 public:
  GraphRecording(CudaBackend& backend, std::function<void()> work) : backend_(backend), work_(std::move(work)) {}
  ~GraphRecording() override { discard(); }
  GraphRecording(const GraphRecording&) = delete;
  GraphRecording& operator=(const GraphRecording&) = delete;

  void replay() override {
    if (!warm_) {
      work_();
      warm_ = true;
      return;
    }
    if (graph_ == nullptr || generation_ != backend_.scratch_generation()) capture();
    check(cudaGraphLaunch(graph_, backend_.stream()), "launching a recorded step");
  }

 private:
  void capture() {
    discard();
    generation_ = backend_.scratch_generation();
    check(cudaStreamBeginCapture(backend_.stream(), cudaStreamCaptureModeThreadLocal), "recording a step");
    cudaGraph_t captured = nullptr;
    backend_.set_recording(true);
    try {
      work_();
    } catch (...) {
      backend_.set_recording(false);
      cudaStreamEndCapture(backend_.stream(), &captured);
      if (captured != nullptr) cudaGraphDestroy(captured);
      cudaGetLastError();
      throw;
    }
    backend_.set_recording(false);
    check(cudaStreamEndCapture(backend_.stream(), &captured), "recording a step");
    const cudaError_t made = cudaGraphInstantiate(&graph_, captured, 0);
    cudaGraphDestroy(captured);
    check(made, "preparing a recorded step");
  }
  void discard() noexcept {
    if (graph_ != nullptr) cudaGraphExecDestroy(std::exchange(graph_, nullptr));
  }

  CudaBackend& backend_;
  std::function<void()> work_;
  bool warm_ = false;
  std::int64_t generation_ = 0;
  cudaGraphExec_t graph_ = nullptr;
};

}  // namespace

CudaBackend::CudaBackend(int device, const CudaOptions& options) : device_(device), options_(options) {
  check(cudaSetDevice(device), "choosing the GPU");
  check(cudaGetDeviceProperties(&properties_, device), "asking for the GPU's properties");
  check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "creating a stream");
}

CudaBackend::~CudaBackend() { cudaStreamDestroy(stream_); }

std::string CudaBackend::description() const {
  return "cuda:" + std::to_string(device_) + " (" + properties_.name + ", compute capability " +
         std::to_string(properties_.major) + "." + std::to_string(properties_.minor) + ")";
}

void CudaBackend::synchronize() {
  ++synchronizations_;
  check(cudaStreamSynchronize(stream_), "waiting for the GPU");
}

void CudaBackend::upload_bytes(void* device, const void* host, std::int64_t bytes) {
  if (bytes == 0) return;
  check(cudaMemcpyAsync(device, host, static_cast<std::size_t>(bytes), cudaMemcpyHostToDevice, stream_),
        "copying to the GPU");
  synchronize();
}

void CudaBackend::download_bytes(void* host, const void* device, std::int64_t bytes) {
  if (bytes == 0) return;
  check(cudaMemcpyAsync(host, device, static_cast<std::size_t>(bytes), cudaMemcpyDeviceToHost, stream_),
        "copying from the GPU");
  synchronize();
}

std::unique_ptr<Recording> CudaBackend::record(std::function<void()> work) {
  return std::make_unique<GraphRecording>(*this, std::move(work));
}

void* CudaBackend::scratch(std::size_t bytes) {
  if (static_cast<std::size_t>(scratch_.size()) < bytes) {
    FS_CHECK(!recording_);
    synchronize();  // what runs now may still use the old one
    const std::size_t size = (bytes + kScratchStep - 1) / kScratchStep * kScratchStep;
    scratch_ = {};
    scratch_ = Buffer<unsigned char>(memory_, static_cast<std::int64_t>(size));
    ++scratch_generation_;
  }
  return scratch_.data();
}

void* CudaBackend::pinned(std::size_t bytes) {
  if (static_cast<std::size_t>(pinned_.size()) < bytes) {
    FS_CHECK(!recording_);
    synchronize();
    pinned_ = {};
    pinned_ = Buffer<unsigned char>(pinned_memory_, static_cast<std::int64_t>(bytes));
  }
  return pinned_.data();
}

}  // namespace fractalsync::cuda
