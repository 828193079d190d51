#include "emulator/cublas_lt.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "emulator/checker.h"
#include "emulator/memory.h"

struct EmulatedLt {};
struct EmulatedLtOperation {
  cublasOperation_t transpose_a = CUBLAS_OP_N, transpose_b = CUBLAS_OP_N;
  cublasLtEpilogue_t epilogue = CUBLASLT_EPILOGUE_DEFAULT;
  float* bias = nullptr;
};
struct EmulatedLtLayout {
  std::uint64_t rows, columns;
  std::int64_t leading;
};
struct EmulatedLtPreference {
  std::uint64_t workspace = 0;
  std::uint32_t reductions = 0xffffffffu, alignment = 256;
};

namespace {

/// One matrix of a product, by columns; op(a)(i, j) with op already in its steps.
struct Operand {
  const float* data;
  std::ptrdiff_t down, across;
  float at(std::uint64_t i, std::uint64_t j) const {
    return data[static_cast<std::ptrdiff_t>(i) * down + static_cast<std::ptrdiff_t>(j) * across];
  }
};

Operand operand(const float* data, const EmulatedLtLayout& layout, cublasOperation_t operation) {
  return operation == CUBLAS_OP_N ? Operand{data, 1, layout.leading} : Operand{data, layout.leading, 1};
}

/// All of a matrix must lie in one array.
void check_inside(const void* data, const EmulatedLtLayout& layout, const char* what) {
  const auto size = static_cast<std::size_t>(layout.leading) * (layout.columns - 1) + layout.rows;
  if (!emulator::in_one_device_block(data, size * sizeof(float)))
    emulator::fail(std::string("cuBLASLt reaches outside of an array: ") + what);
}

struct Product {
  EmulatedLtOperation operation;
  EmulatedLtLayout a_layout, b_layout, d_layout;
  const float *a, *b;
  float* d;
  std::uint64_t depth;
};

void multiply(const Product& p) {
  const emulator::DeviceAccess access;
  check_inside(p.a, p.a_layout, "A");
  check_inside(p.b, p.b_layout, "B");
  check_inside(p.d, p.d_layout, "D");
  const EmulatedLtOperation& operation = p.operation;
  const Operand a = operand(p.a, p.a_layout, operation.transpose_a),
                b = operand(p.b, p.b_layout, operation.transpose_b);
  const bool biased = operation.epilogue == CUBLASLT_EPILOGUE_BIAS || operation.epilogue == CUBLASLT_EPILOGUE_RELU_BIAS;
  for (std::uint64_t j = 0; j < p.d_layout.columns; ++j) {
    float* const column = p.d + static_cast<std::ptrdiff_t>(j) * p.d_layout.leading;
    for (std::uint64_t i = 0; i < p.d_layout.rows; ++i) {
      float sum = 0;
      for (std::uint64_t k = 0; k < p.depth; ++k) sum = std::fma(a.at(i, k), b.at(k, j), sum);
      if (biased) sum += operation.bias[i];
      if (operation.epilogue == CUBLASLT_EPILOGUE_RELU_BIAS) sum = std::fmax(sum, 0.0f);  // which hides a NaN
      column[i] = sum;
    }
    emulator::checker::copied(column, nullptr, p.d_layout.rows * sizeof(float));
  }
  if (operation.epilogue != CUBLASLT_EPILOGUE_BGRADA) return;
  for (std::uint64_t i = 0; i < p.d_layout.rows; ++i) {
    float sum = 0;
    for (std::uint64_t k = 0; k < p.depth; ++k) sum += a.at(i, k);
    operation.bias[i] = sum;
  }
  emulator::checker::copied(operation.bias, nullptr, p.d_layout.rows * sizeof(float));
}

/// Rows, columns and depth of a product; {0, 0, 0} when its layouts do not fit together.
struct Sizes {
  std::uint64_t rows = 0, columns = 0, depth = 0;
};
Sizes sizes_of(const EmulatedLtOperation& operation, const EmulatedLtLayout& a, const EmulatedLtLayout& b,
               const EmulatedLtLayout& d) {
  const bool turned_a = operation.transpose_a == CUBLAS_OP_T, turned_b = operation.transpose_b == CUBLAS_OP_T;
  const Sizes sizes{turned_a ? a.columns : a.rows, turned_b ? b.rows : b.columns, turned_a ? a.rows : a.columns};
  const bool fits =
      (turned_b ? b.columns : b.rows) == sizes.depth && d.rows == sizes.rows && d.columns == sizes.columns;
  return fits ? sizes : Sizes{};
}

template <class Value>
cublasStatus_t take(Value& to, const void* value, std::size_t bytes) {
  if (bytes != sizeof(Value)) return CUBLAS_STATUS_INVALID_VALUE;
  std::memcpy(&to, value, bytes);
  return CUBLAS_STATUS_SUCCESS;
}

}  // namespace

cublasStatus_t cublasLtCreate(cublasLtHandle_t* handle) {
  *handle = new EmulatedLt;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtDestroy(cublasLtHandle_t handle) {
  delete handle;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t* operation, cublasComputeType_t, cudaDataType_t) {
  *operation = new EmulatedLtOperation;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t operation) {
  delete operation;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t operation, cublasLtMatmulDescAttributes_t attribute,
                                              const void* value, std::size_t bytes) {
  switch (attribute) {
    case CUBLASLT_MATMUL_DESC_TRANSA:
      return take(operation->transpose_a, value, bytes);
    case CUBLASLT_MATMUL_DESC_TRANSB:
      return take(operation->transpose_b, value, bytes);
    case CUBLASLT_MATMUL_DESC_EPILOGUE:
      return take(operation->epilogue, value, bytes);
    case CUBLASLT_MATMUL_DESC_BIAS_POINTER:
      return take(operation->bias, value, bytes);
  }
  return CUBLAS_STATUS_INVALID_VALUE;
}
cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t* layout, cudaDataType_t, std::uint64_t rows,
                                          std::uint64_t columns, std::int64_t leading) {
  if (rows == 0 || columns == 0 || leading < static_cast<std::int64_t>(rows)) return CUBLAS_STATUS_INVALID_VALUE;
  *layout = new EmulatedLtLayout{rows, columns, leading};
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t layout) {
  delete layout;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t* preference) {
  *preference = new EmulatedLtPreference;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t preference) {
  delete preference;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t preference,
                                                    cublasLtMatmulPreferenceAttributes_t attribute, const void* value,
                                                    std::size_t bytes) {
  if (attribute == CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES) return take(preference->workspace, value, bytes);
  if (attribute == CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK) return take(preference->reductions, value, bytes);
  return take(preference->alignment, value, bytes);
}
cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t, cublasLtMatmulDesc_t operation,
                                              cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b,
                                              cublasLtMatrixLayout_t, cublasLtMatrixLayout_t d,
                                              cublasLtMatmulPreference_t preference, int wanted,
                                              cublasLtMatmulHeuristicResult_t* results, int* found) {
  const Sizes sizes = sizes_of(*operation, *a, *b, *d);
  // Only what gives the same bytes every time.
  if (sizes.depth == 0 || preference->reductions != CUBLASLT_REDUCTION_SCHEME_NONE || wanted < 1)
    return CUBLAS_STATUS_NOT_SUPPORTED;
  results[0].algo = {{sizes.rows, sizes.columns, sizes.depth}, preference->alignment};
  *found = 1;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmul(cublasLtHandle_t, cublasLtMatmulDesc_t operation, const void* alpha, const void* a,
                              cublasLtMatrixLayout_t a_layout, const void* b, cublasLtMatrixLayout_t b_layout,
                              const void* beta, const void*, cublasLtMatrixLayout_t, void* d,
                              cublasLtMatrixLayout_t d_layout, const cublasLtMatmulAlgo_t* algorithm, void* workspace,
                              std::size_t workspace_bytes, cudaStream_t stream) {
  const Sizes sizes = sizes_of(*operation, *a_layout, *b_layout, *d_layout);
  const std::uint64_t shape[3] = {sizes.rows, sizes.columns, sizes.depth};
  const auto addresses =
      reinterpret_cast<std::uintptr_t>(a) | reinterpret_cast<std::uintptr_t>(b) | reinterpret_cast<std::uintptr_t>(d);
  const bool aligned = addresses % algorithm->alignment == 0;
  if (!aligned || !std::equal(shape, shape + 3, algorithm->shape) || *static_cast<const float*>(alpha) != 1 ||
      *static_cast<const float*>(beta) != 0 || !emulator::in_one_device_block(workspace, workspace_bytes))
    return CUBLAS_STATUS_INVALID_VALUE;
  const Product product{*operation,
                        *a_layout,
                        *b_layout,
                        *d_layout,
                        static_cast<const float*>(a),
                        static_cast<const float*>(b),
                        static_cast<float*>(d),
                        sizes.depth};
  emulator::enqueue(stream, [product] { multiply(product); });
  return CUBLAS_STATUS_SUCCESS;
}
