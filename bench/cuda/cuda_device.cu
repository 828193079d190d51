// A GPU as a device to measure: its clock is a pair of events on the backend's stream.
#include "bench/cuda/cuda_bench.h"
#include "cuda/make_cuda_backend.h"

namespace fractalsync::bench {
namespace {

class CudaDevice final : public Device {
 public:
  explicit CudaDevice(std::unique_ptr<Backend> backend)
      : backend_(std::move(backend)), cuda_(dynamic_cast<cuda::CudaBackend&>(*backend_)) {}

  Backend& backend() override { return cuda_; }

  double time(const Run& run, int repeats) override {
    cuda_.synchronize();
    begin_.record(cuda_.stream());
    for (int i = 0; i < repeats; ++i) run();
    end_.record(cuda_.stream());
    cuda_.synchronize();
    return end_.seconds_since(begin_);
  }

  Peaks measure_peaks() override {
    Peaks peaks = measure_cuda_peaks(*this, cuda_);
#if defined(FRACTALSYNC_HAVE_CUBLASLT)
    measure_cublaslt_product(*this, cuda_, peaks);
#endif
    return peaks;
  }

  std::vector<Baseline> baselines(const Case& of, const Sizes& sizes) override {
    std::vector<Baseline> all;
    const auto add = [&](std::vector<Baseline> some) {
      for (Baseline& each : some) all.push_back(std::move(each));
    };
    if (const auto* const transforms = std::get_if<Transforms>(&of.problem)) {
      all.push_back(in_another_way(of, "with cuFFT, through memory", {.transform = CudaOptions::Transform::cufft}));
      add(cufft_transforms(cuda_, *transforms, sizes.seed));
    }
    if (const auto* const products = std::get_if<Products>(&of.problem)) {
      const CudaOptions& now = cuda_.options();
      const std::vector<int>& hidden = products->network.hidden;
      if (!hidden.empty() && *std::max_element(hidden.begin(), hidden.end()) >= now.wide_layer)
        all.push_back(in_another_way(of, "with our own kernels", {.wide_layer = kLargestLayer + 1}));
      else if (cuda_.properties().major >= cuda::kTensorCoresMajor)
        all.push_back(in_another_way(of, "on tensor cores", {.products = CudaOptions::Products::tensor_cores}));
#if defined(FRACTALSYNC_HAVE_CUBLASLT)
      add(cublaslt_products(cuda_, *products, sizes.seed));
#endif
#if defined(FRACTALSYNC_HAVE_CUDNN)
      add(cudnn_batch_norm(cuda_, *products, sizes.seed));
#endif
    }
    return all;
  }

  std::vector<std::string> missing_libraries() const override {
    std::vector<std::string> missing;
#if !defined(FRACTALSYNC_HAVE_CUBLASLT)
    missing.emplace_back("cuBLASLt");
#endif
#if !defined(FRACTALSYNC_HAVE_CUDNN)
    missing.emplace_back("cuDNN");
#endif
    return missing;
  }

 private:
  /// The same case on a backend of its own that computes it in another way.
  static Baseline in_another_way(const Case& of, const char* name, const CudaOptions& options) {
    struct Way {
      std::shared_ptr<CudaDevice> device;  // outlives the arrays
      Prepared prepared;
    };
    int index = 0;
    cuda::check(cudaGetDevice(&index), "asking which GPU this is");
    auto device = std::make_shared<CudaDevice>(make_cuda_backend(index, options));
    auto way = std::make_shared<Way>(Way{device, of.prepare(device->backend())});
    return {name, [way] { way->prepared.run(); }, of.recordable, device};
  }

  class Event {
   public:
    Event() { cuda::check(cudaEventCreate(&event_), "creating an event"); }
    ~Event() { cudaEventDestroy(event_); }
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;

    void record(cudaStream_t stream) { cuda::check(cudaEventRecord(event_, stream), "recording an event"); }
    double seconds_since(const Event& earlier) const {
      float milliseconds = 0;
      cuda::check(cudaEventElapsedTime(&milliseconds, earlier.event_, event_), "reading the GPU's clock");
      return static_cast<double>(milliseconds) * 1e-3;
    }

   private:
    cudaEvent_t event_ = nullptr;
  };

  std::unique_ptr<Backend> backend_;
  cuda::CudaBackend& cuda_;
  Event begin_, end_;
};

}  // namespace

std::unique_ptr<Device> make_cuda_device(std::unique_ptr<Backend> backend) {
  return std::make_unique<CudaDevice>(std::move(backend));
}

}  // namespace fractalsync::bench
