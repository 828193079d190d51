// Choosing a device, with the emulated GPU in every state that a machine may be in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cuda/make_cuda_backend.h"
#include "emulator/runtime.h"
#include "make_backend.h"

namespace fractalsync {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class Devices : public testing::Test {
 protected:
  void TearDown() override {
    emulator::set_device_count_error(cudaSuccess);
    emulator::set_kernel_image(true);
    emulator::set_compute_capability(8);
  }
  static std::string refusal(const std::string& device) {
    try {
      make_backend(device, 1);
      return "";
    } catch (const Error& error) {
      return error.what();
    }
  }
};

TEST_F(Devices, AutoTakesAGpuThatCanBeUsed) {
  EXPECT_THAT(make_backend("auto", 1)->description(), StartsWith("cuda:0 (Emulated GPU"));
  EXPECT_THAT(make_backend("cuda", 1)->description(), StartsWith("cuda:0"));
  EXPECT_THAT(make_backend("cuda:0", 1)->description(), StartsWith("cuda:0"));
  EXPECT_THAT(make_backend("cpu", 1)->description(), StartsWith("cpu"));
  EXPECT_THAT(describe_devices(), HasSubstr("cuda:0: usable; Emulated GPU, 8.0 GiB, compute capability 8.0\n"));
}

TEST_F(Devices, AnyErrorOfTheDriverMeansThatThereIsNone) {
  for (const cudaError_t error : {cudaErrorNoDevice, cudaErrorInvalidValue}) {
    emulator::set_device_count_error(error);
    EXPECT_THAT(make_backend("auto", 1)->description(), StartsWith("cpu"));
    EXPECT_THAT(refusal("cuda"), StartsWith("cannot use --device cuda: no GPU was found: "));
    EXPECT_THAT(describe_devices(), HasSubstr("cuda: not usable: no GPU was found: "));
  }
}

TEST_F(Devices, AGpuThatTheProgramHoldsNoCodeForIsNamed) {
  emulator::set_kernel_image(false);
  EXPECT_THAT(make_backend("auto", 1)->description(), StartsWith("cpu"));
  EXPECT_THAT(refusal("cuda"), HasSubstr("no code for compute capability 8.0"));
  EXPECT_THAT(describe_devices(), HasSubstr("not usable: this program holds no code for compute capability 8.0"));
}

TEST_F(Devices, TensorCoresAreRefusedWhereTheyCannotMultiply) {
  const CudaOptions tensor_cores{.products = CudaOptions::Products::tensor_cores};
  EXPECT_NO_THROW(make_cuda_backend(0, tensor_cores));
  emulator::set_compute_capability(7);
  EXPECT_NO_THROW(make_cuda_backend(0));
  try {
    make_cuda_backend(0, tensor_cores);
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), StartsWith("Emulated GPU has no tensor cores for single precision"));
  }
}

TEST_F(Devices, NumbersAndNamesAreChecked) {
  EXPECT_THAT(refusal("cuda:1"), HasSubstr("there is no GPU number 1"));
  for (const char* name : {"", "gpu", "cuda:", "cuda:-1", "cuda:x", "cuda:0x", "cuda0", "cuda:99999999999"})
    EXPECT_THAT(refusal(name), StartsWith("unknown device"));
}

}  // namespace
}  // namespace fractalsync
