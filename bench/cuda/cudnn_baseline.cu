#include <cudnn.h>

#include <array>

#include "bench/arrays.h"
#include "bench/cuda/cuda_bench.h"

namespace fractalsync::bench {
namespace {

void check(cudnnStatus_t status, const char* doing) {
  if (status != CUDNN_STATUS_SUCCESS) throw Error(std::string(doing) + ": cuDNN says " + cudnnGetErrorString(status));
}

std::string cudnn_name() {
  const std::size_t version = cudnnGetVersion();  // 10000 major + 100 minor + patch
  return "cuDNN " + std::to_string(version / 10000) + "." + std::to_string(version % 10000 / 100);
}

/// A matrix [rows, columns] as cuDNN's images of one pixel.
class Descriptor {
 public:
  Descriptor(int rows, int columns) {
    check(cudnnCreateTensorDescriptor(&descriptor_), "describing a matrix");
    check(cudnnSetTensor4dDescriptor(descriptor_, CUDNN_TENSOR_NCHW, CUDNN_DATA_FLOAT, rows, columns, 1, 1),
          "describing a matrix");
  }
  Descriptor(Descriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, nullptr)) {}
  ~Descriptor() {
    if (descriptor_ != nullptr) cudnnDestroyTensorDescriptor(descriptor_);
  }
  cudnnTensorDescriptor_t get() const { return descriptor_; }

 private:
  cudnnTensorDescriptor_t descriptor_ = nullptr;
};

/// The BatchNorm1d layers of one pass.
class BatchNorms {
 public:
  BatchNorms(cuda::CudaBackend& backend, const Products& problem, std::uint64_t seed)
      : arrays_(backend, seed), backward_(problem.backward) {
    check(cudnnCreate(&handle_), "opening cuDNN");
    check(cudnnSetStream(handle_, backend.stream()), "choosing the stream of cuDNN");
    const auto rows = static_cast<int>(problem.rows);
    const MlpLayout layout(problem.network);
    for (const LayerInfo& layer : layout.layers()) {
      if (!layer.batch_norm()) continue;
      const std::int64_t size = std::int64_t{rows} * layer.out;
      Layer norm{Descriptor(rows, layer.out), Descriptor(1, layer.out)};
      norm.x = arrays_.random(size, -1, 1).data();
      norm.y = arrays_.random(size, -1, 1).data();
      norm.grad_x = arrays_.zeros(size).data();
      for (float*& column : norm.columns) column = arrays_.random(layer.out, 0.5f, 1).data();
      layers_.push_back(std::move(norm));
    }
  }
  ~BatchNorms() { cudnnDestroy(handle_); }
  BatchNorms(const BatchNorms&) = delete;
  BatchNorms& operator=(const BatchNorms&) = delete;

  void run() const {
    const float one = 1, zero = 0;
    for (const Layer& l : layers_) {
      const auto& [gamma, beta, mean, variance, saved_mean, saved_deviation, grad_gamma, grad_beta] = l.columns;
      if (backward_)
        check(cudnnBatchNormalizationBackward(handle_, CUDNN_BATCHNORM_PER_ACTIVATION, &one, &zero, &one, &zero,
                                              l.matrix.get(), l.x, l.matrix.get(), l.y, l.matrix.get(), l.grad_x,
                                              l.row.get(), gamma, grad_gamma, grad_beta, kBatchNormEpsilon, saved_mean,
                                              saved_deviation),
              "batch norm, backward");
      else
        check(cudnnBatchNormalizationForwardTraining(handle_, CUDNN_BATCHNORM_PER_ACTIVATION, &one, &zero,
                                                     l.matrix.get(), l.x, l.matrix.get(), l.y, l.row.get(), gamma, beta,
                                                     kBatchNormMomentum, mean, variance, kBatchNormEpsilon, saved_mean,
                                                     saved_deviation),
              "batch norm, forward");
    }
  }

 private:
  struct Layer {
    Descriptor matrix, row;
    float *x = nullptr, *y = nullptr, *grad_x = nullptr;
    /// gamma, beta, running mean and variance, saved mean and 1 / deviation, gradients by gamma and beta
    std::array<float*, 8> columns{};
  };

  Arrays arrays_;
  bool backward_;
  cudnnHandle_t handle_ = nullptr;
  std::vector<Layer> layers_;
};

}  // namespace

std::vector<Baseline> cudnn_batch_norm(cuda::CudaBackend& backend, const Products& problem, std::uint64_t seed) {
  if (!problem.network.batch_norm) return {};
  auto norms = std::make_shared<BatchNorms>(backend, problem, seed);
  return {{cudnn_name() + ", batch norm alone", [norms] { norms->run(); }}};
}

}  // namespace fractalsync::bench
