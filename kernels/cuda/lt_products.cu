// cuBLASLt thinks in columns: a row-major matrix is to it the transpose, with the stride as its leading dimension. So
// C = A B is asked for as C^T = B^T A^T: its A is our B, its rows are our columns.
#include <cstdint>
#include <stdexcept>
#include <string>

#include "core/check.h"
#include "cuda/lt_products.h"

namespace fractalsync::cuda {
namespace {

void check_lt(cublasStatus_t status, const char* doing) {
  if (status != CUBLAS_STATUS_SUCCESS)
    throw std::runtime_error(std::string(doing) + ": cuBLASLt error " + std::to_string(static_cast<int>(status)));
}

cublasLtEpilogue_t epilogue_of(LtEpilogue epilogue) {
  switch (epilogue) {
    case LtEpilogue::bias:
      return CUBLASLT_EPILOGUE_BIAS;
    case LtEpilogue::relu_bias:
      return CUBLASLT_EPILOGUE_RELU_BIAS;
    case LtEpilogue::bias_gradient:
      return CUBLASLT_EPILOGUE_BGRADA;
    case LtEpilogue::none:
      break;
  }
  return CUBLASLT_EPILOGUE_DEFAULT;
}

template <class Value>
void set(cublasLtMatmulDesc_t operation, cublasLtMatmulDescAttributes_t attribute, const Value& value) {
  check_lt(cublasLtMatmulDescSetAttribute(operation, attribute, &value, sizeof value), "describing a product");
}
template <class Value>
void set(cublasLtMatmulPreference_t preference, cublasLtMatmulPreferenceAttributes_t attribute, const Value& value) {
  check_lt(cublasLtMatmulPreferenceSetAttribute(preference, attribute, &value, sizeof value), "describing a product");
}

/// The layout of a row-major matrix.
cublasLtMatrixLayout_t layout_of(int rows, int columns, int stride) {
  cublasLtMatrixLayout_t layout = nullptr;
  check_lt(cublasLtMatrixLayoutCreate(&layout, CUDA_R_32F, static_cast<std::uint64_t>(columns),
                                      static_cast<std::uint64_t>(rows), stride),
           "describing a matrix");
  return layout;
}

/// Freed by its owner.
struct Preference {
  Preference() { check_lt(cublasLtMatmulPreferenceCreate(&preference), "describing a product"); }
  ~Preference() { cublasLtMatmulPreferenceDestroy(preference); }
  Preference(const Preference&) = delete;
  Preference& operator=(const Preference&) = delete;
  cublasLtMatmulPreference_t preference = nullptr;
};

}  // namespace

LtProducts::~LtProducts() {
  for (const auto& [shape, plan] : plans_) {
    for (cublasLtMatrixLayout_t layout : {plan.a, plan.b, plan.c})
      if (layout != nullptr) cublasLtMatrixLayoutDestroy(layout);
    if (plan.operation != nullptr) cublasLtMatmulDescDestroy(plan.operation);
  }
  if (handle_ != nullptr) cublasLtDestroy(handle_);
}

void LtProducts::make_plan(const LtProduct& p, std::size_t workspace_bytes, Plan& plan) {
  if (handle_ == nullptr) check_lt(cublasLtCreate(&handle_), "starting cuBLASLt");
  check_lt(cublasLtMatmulDescCreate(&plan.operation, CUBLAS_COMPUTE_32F, CUDA_R_32F), "describing a product");
  set(plan.operation, CUBLASLT_MATMUL_DESC_TRANSA, p.b_transposed ? CUBLAS_OP_T : CUBLAS_OP_N);
  set(plan.operation, CUBLASLT_MATMUL_DESC_TRANSB, p.a_transposed ? CUBLAS_OP_T : CUBLAS_OP_N);
  set(plan.operation, CUBLASLT_MATMUL_DESC_EPILOGUE, epilogue_of(p.epilogue));
  if (p.epilogue != LtEpilogue::none) set(plan.operation, CUBLASLT_MATMUL_DESC_BIAS_POINTER, p.bias);
  plan.a = p.b_transposed ? layout_of(p.columns, p.depth, p.b_stride) : layout_of(p.depth, p.columns, p.b_stride);
  plan.b = p.a_transposed ? layout_of(p.depth, p.rows, p.a_stride) : layout_of(p.rows, p.depth, p.a_stride);
  plan.c = layout_of(p.rows, p.columns, p.c_stride);

  const Preference wanted;
  set(wanted.preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, workspace_bytes);
  set(wanted.preference, CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK,
      static_cast<std::uint32_t>(CUBLASLT_REDUCTION_SCHEME_NONE));
  for (const auto attribute : {CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES,
                               CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES})
    set(wanted.preference, attribute, std::uint32_t{kLtAlignment});
  cublasLtMatmulHeuristicResult_t best{};
  int found = 0;
  check_lt(cublasLtMatmulAlgoGetHeuristic(handle_, plan.operation, plan.a, plan.b, plan.c, plan.c, wanted.preference, 1,
                                          &best, &found),
           "choosing an algorithm");
  FS_CHECK(found == 1);
  plan.algorithm = best.algo;
}

LtProducts::Plan& LtProducts::plan_for(const LtProduct& p, std::size_t workspace_bytes) {
  const Shape shape{p.rows,     p.columns,      p.depth,        p.a_stride, p.b_stride,
                    p.c_stride, p.a_transposed, p.b_transposed, p.epilogue};
  const auto at = plans_.find(shape);
  if (at != plans_.end()) return at->second;
  Plan& plan = plans_[shape];
  try {
    make_plan(p, workspace_bytes, plan);
  } catch (...) {
    plans_.erase(shape);
    throw;
  }
  return plan;
}

void LtProducts::multiply(const LtProduct& p, const LtWorkspace& workspace, cudaStream_t stream) {
  Plan& plan = plan_for(p, workspace.bytes);
  if (p.epilogue != LtEpilogue::none) set(plan.operation, CUBLASLT_MATMUL_DESC_BIAS_POINTER, p.bias);
  const float one = 1, zero = 0;
  check_lt(cublasLtMatmul(handle_, plan.operation, &one, p.b, plan.a, p.a, plan.b, &zero, p.c, plan.c, p.c, plan.c,
                          &plan.algorithm, workspace.memory, workspace.bytes, stream),
           "multiplying");
}

}  // namespace fractalsync::cuda
