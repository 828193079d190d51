// Products of wide layers by cuBLASLt, with what comes next to them in the same kernel: its handle, and for each shape
// the algorithm that its heuristics name, asked for once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <tuple>

#include "cuda/gpu.h"

namespace fractalsync::cuda {

/// What a product is joined with.
enum class LtEpilogue {
  none,
  bias,           ///< C = A B + bias
  relu_bias,      ///< C = max(A B + bias, 0)
  bias_gradient,  ///< bias = the sums of B's columns: with B the gradient of a layer's output, that of its bias
};

/// C [rows, columns] = A [rows, depth] B [depth, columns], all row-major. All pointers and strides are multiples of
/// kLtAlignment bytes.
struct LtProduct {
  const float* a;
  int a_stride;
  bool a_transposed;  ///< `a` is [depth, rows]
  const float* b;
  int b_stride;
  bool b_transposed;  ///< `b` is [columns, depth]
  float* c;
  int c_stride;
  int rows, columns, depth;
  LtEpilogue epilogue = LtEpilogue::none;
  float* bias = nullptr;  ///< [columns]; written by bias_gradient, else read
};

inline constexpr unsigned kLtAlignment = 64;
/// Device memory that a product may use while it runs.
struct LtWorkspace {
  void* memory;
  std::size_t bytes;

  /// What NVIDIA recommends for cuBLAS: 32 MiB from Hopper on, 4 MiB before.
  static std::size_t recommended(const cudaDeviceProp& device) {
    return std::size_t{device.major >= 9 ? 32u : 4u} << 20;
  }
};

class LtProducts {
 public:
  LtProducts() = default;
  LtProducts(const LtProducts&) = delete;
  LtProducts& operator=(const LtProducts&) = delete;
  ~LtProducts();

  /// In single precision, and the same bytes every time: no sum is split over blocks. The workspace's size is always
  /// the same. A shape's first product must not be one of a graph that is being recorded.
  void multiply(const LtProduct& product, const LtWorkspace& workspace, cudaStream_t stream);

 private:
  /// What cuBLASLt made for one shape.
  struct Plan {
    cublasLtMatmulDesc_t operation = nullptr;
    cublasLtMatrixLayout_t a = nullptr, b = nullptr, c = nullptr;
    cublasLtMatmulAlgo_t algorithm{};
  };
  using Shape = std::tuple<int, int, int, int, int, int, bool, bool, LtEpilogue>;

  Plan& plan_for(const LtProduct& product, std::size_t workspace_bytes);
  void make_plan(const LtProduct& product, std::size_t workspace_bytes, Plan& plan);

  cublasLtHandle_t handle_ = nullptr;
  std::map<Shape, Plan> plans_;
};

}  // namespace fractalsync::cuda
