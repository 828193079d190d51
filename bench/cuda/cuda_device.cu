// A GPU as a device to measure: its clock is a pair of events on the backend's stream.
#include "bench/cuda/cuda_bench.h"

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
    if (const auto* const transforms = std::get_if<Transforms>(&of.problem))
      add(cufft_baselines(cuda_, of, *transforms, sizes.seed));
    if (const auto* const products = std::get_if<Products>(&of.problem)) {
      (void)products;  // without either library
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
