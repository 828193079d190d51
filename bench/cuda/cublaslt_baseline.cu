#include <cublasLt.h>

#include "bench/arrays.h"
#include "bench/cuda/cuda_bench.h"

namespace fractalsync::bench {
namespace {

constexpr std::int64_t kWorkspaceBytes = std::int64_t{32} << 20;

void check(cublasStatus_t status, const char* doing) {
  if (status != CUBLAS_STATUS_SUCCESS)
    throw Error(std::string(doing) + ": cuBLASLt says " + cublasLtGetStatusName(status));
}

std::string cublaslt_name() {
  const std::size_t version = cublasLtGetVersion();  // 10000 major + 100 minor + patch
  return "cuBLASLt " + std::to_string(version / 10000) + "." + std::to_string(version % 10000 / 100);
}

/// The library and what all products share.
struct Library {
  explicit Library(cuda::CudaBackend& chosen) : stream(chosen.stream()), workspace(chosen.memory(), kWorkspaceBytes) {
    check(cublasLtCreate(&handle), "opening cuBLASLt");
  }
  ~Library() { cublasLtDestroy(handle); }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  cudaStream_t stream;
  Buffer<char> workspace;
  cublasLtHandle_t handle = nullptr;
};

/// C [m, n] = op(A) op(B), inner dimension k. cuBLASLt counts in columns: our row-major matrices are its transposes, so
/// a row-major product X W is asked for as W^T X^T.
class Product {
 public:
  struct Shape {
    int m, n, k;
    bool transpose_a, transpose_b;
  };

  Product(Library& library, const Shape& shape, const float* a, const float* b, float* c, const float* relu_bias,
          cublasComputeType_t precision)
      : library_(library), a_(a), b_(b), c_(c) {
    check(cublasLtMatmulDescCreate(&operation_, precision, CUDA_R_32F), "describing a product");
    set(CUBLASLT_MATMUL_DESC_TRANSA, shape.transpose_a ? CUBLAS_OP_T : CUBLAS_OP_N);
    set(CUBLASLT_MATMUL_DESC_TRANSB, shape.transpose_b ? CUBLAS_OP_T : CUBLAS_OP_N);
    if (relu_bias != nullptr) {
      set(CUBLASLT_MATMUL_DESC_EPILOGUE, CUBLASLT_EPILOGUE_RELU_BIAS);
      set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, relu_bias);
    }
    layout(&a_layout_, shape.m, shape.k, shape.transpose_a);
    layout(&b_layout_, shape.k, shape.n, shape.transpose_b);
    layout(&c_layout_, shape.m, shape.n, false);
    choose();
  }
  ~Product() {
    cublasLtMatrixLayoutDestroy(c_layout_);
    cublasLtMatrixLayoutDestroy(b_layout_);
    cublasLtMatrixLayoutDestroy(a_layout_);
    cublasLtMatmulDescDestroy(operation_);
  }
  Product(const Product&) = delete;
  Product& operator=(const Product&) = delete;

  void run() const {
    const float one = 1, zero = 0;
    check(cublasLtMatmul(library_.handle, operation_, &one, a_, a_layout_, b_, b_layout_, &zero, c_, c_layout_, c_,
                         c_layout_, &algorithm_, library_.workspace.data(), kWorkspaceBytes, library_.stream),
          "multiplying matrices");
  }

 private:
  template <class T>
  void set(cublasLtMatmulDescAttributes_t attribute, const T& value) {
    check(cublasLtMatmulDescSetAttribute(operation_, attribute, &value, sizeof value), "describing a product");
  }
  static void layout(cublasLtMatrixLayout_t* to, int rows, int columns, bool transposed) {
    const int stored_rows = transposed ? columns : rows, stored_columns = transposed ? rows : columns;
    check(cublasLtMatrixLayoutCreate(to, CUDA_R_32F, static_cast<std::uint64_t>(stored_rows),
                                     static_cast<std::uint64_t>(stored_columns), stored_rows),
          "describing a matrix");
  }
  void choose() {
    cublasLtMatmulPreference_t preference = nullptr;
    check(cublasLtMatmulPreferenceCreate(&preference), "choosing an algorithm");
    const std::size_t bytes = kWorkspaceBytes;
    cublasStatus_t status = cublasLtMatmulPreferenceSetAttribute(preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES,
                                                                 &bytes, sizeof bytes);
    cublasLtMatmulHeuristicResult_t found{};
    int count = 0;
    if (status == CUBLAS_STATUS_SUCCESS)
      status = cublasLtMatmulAlgoGetHeuristic(library_.handle, operation_, a_layout_, b_layout_, c_layout_, c_layout_,
                                              preference, 1, &found, &count);
    cublasLtMatmulPreferenceDestroy(preference);
    check(status, "choosing an algorithm");
    if (count == 0) throw Error("cuBLASLt has no algorithm for a product");
    algorithm_ = found.algo;
  }

  Library& library_;
  const float *a_, *b_;
  float* c_;
  cublasLtMatmulDesc_t operation_ = nullptr;
  cublasLtMatrixLayout_t a_layout_ = nullptr, b_layout_ = nullptr, c_layout_ = nullptr;
  cublasLtMatmulAlgo_t algorithm_{};
};

/// All products of one pass.
class Pass {
 public:
  Pass(cuda::CudaBackend& backend, const Products& problem, std::uint64_t seed, cublasComputeType_t precision)
      : library_(backend), arrays_(backend, seed) {
    const MlpLayout layout(problem.network);
    const auto rows = static_cast<int>(problem.rows);
    const auto matrix = [&](int columns) { return arrays_.random(std::int64_t{rows} * columns, -1, 1).data(); };
    float* x = matrix(layout.layers().front().in);
    for (const LayerInfo& layer : layout.layers()) {
      const int in = layer.in, out = layer.out;
      float* const weights = arrays_.random(std::int64_t{in} * out, -0.1f, 0.1f).data();
      float* const y = matrix(out);
      const auto add = [&](const Product::Shape& shape, const float* a, const float* b, float* c, const float* bias) {
        products_.push_back(std::make_unique<Product>(library_, shape, a, b, c, bias, precision));
      };
      if (problem.backward) {
        // y is the gradient of the output: by the weights, x^T y, and by the input, y W^T.
        add({out, in, rows, false, true}, y, x, arrays_.zeros(std::int64_t{in} * out).data(), nullptr);
        if (&layer != &layout.layers().front()) add({in, rows, out, true, false}, weights, y, matrix(in), nullptr);
      } else {
        const bool fused = layer.relu && !layer.batch_norm();
        add({out, rows, in, false, false}, weights, x, y, fused ? arrays_.random(out, -1, 1).data() : nullptr);
      }
      x = y;
    }
  }

  void run() const {
    for (const auto& product : products_) product->run();
  }

 private:
  Library library_;
  Arrays arrays_;
  std::vector<std::unique_ptr<Product>> products_;
};

}  // namespace

std::vector<Baseline> cublaslt_products(cuda::CudaBackend& backend, const Products& problem, std::uint64_t seed) {
  const auto with = [&](const char* what, cublasComputeType_t precision) {
    auto pass = std::make_shared<Pass>(backend, problem, seed, precision);
    return Baseline{cublaslt_name() + what, [pass] { pass->run(); }};
  };
  return {with(", products alone", CUBLAS_COMPUTE_32F), with(", the same in TF32", CUBLAS_COMPUTE_32F_FAST_TF32)};
}

void measure_cublaslt_product(Device& device, cuda::CudaBackend& backend, Peaks& peaks) {
  constexpr int kSide = 4096;
  Library library(backend);
  Arrays arrays(backend, 1);
  const auto matrix = [&] { return arrays.random(std::int64_t{kSide} * kSide, -1, 1).data(); };
  const Product product(library, {kSide, kSide, kSide, false, false}, matrix(), matrix(), matrix(), nullptr,
                        CUBLAS_COMPUTE_32F);
  peaks.product_flops = 2.0 * kSide * kSide * kSide /
                        shortest(
                            device, [&] { product.run(); }, 5);
  peaks.product_library = cublaslt_name();
}

}  // namespace fractalsync::bench
