// Does the emulator run right kernels right, in any order, and does it find each mistake? Built twice, like the backend:
// with the address sanitizer, and with the checker.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "cuda/cuda_memory.h"
#include "emulator/checker.h"
#include "emulator/kernels.h"
#include "emulator/memory.h"

// A fault gives a thread up in the middle: what it held on its stack is not destroyed.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

namespace fractalsync::test {
namespace {

class Emulator : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    emulator::set_seed(static_cast<std::uint64_t>(GetParam()));
    cuda::check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "creating a stream");
  }
  void TearDown() override { cudaStreamDestroy(stream_); }

  template <class T>
  Buffer<T> upload(const std::vector<T>& host, std::int64_t size) {
    Buffer<T> device(memory_, size);
    cudaMemcpyAsync(device.data(), host.data(), host.size() * sizeof(T), cudaMemcpyHostToDevice, stream_);
    return device;
  }
  template <class T>
  std::vector<T> download(const Buffer<T>& device) {
    std::vector<T> host(static_cast<std::size_t>(device.size()));
    cudaMemcpyAsync(host.data(), device.data(), host.size() * sizeof(T), cudaMemcpyDeviceToHost, stream_);
    return host;
  }
  std::vector<float> values(std::size_t count) {
    std::vector<float> list(count);
    for (std::size_t i = 0; i < count; ++i) list[i] = static_cast<float>(i * 37 % 101) / 128;  // sums are exact
    return list;
  }
  /// What the launch with a mistake says; empty when nothing was noticed.
  std::string fault_of(Mistake mistake) {
    Buffer<float> data = upload(values(127), 128);
    try {
      run_mistake(mistake, data.data(), stream_);
      cudaStreamSynchronize(stream_);
      return "";
    } catch (const emulator::Fault& fault) {
      return fault.what();
    }
  }

  cuda::DeviceMemory memory_;
  cudaStream_t stream_ = nullptr;
};

TEST_P(Emulator, RunsShufflesAndSharedMemory) {
  const std::vector<float> host = values(7 * 64);
  const Buffer<float> device = upload(host, 7 * 64);
  Buffer<float> sums(memory_, 7);
  run_block_sums(device.data(), sums.data(), 7, stream_);
  const std::vector<float> got = download(sums);
  for (std::size_t block = 0; block < 7; ++block) {
    float expected = 0;
    for (std::size_t i = 0; i < 64; ++i) expected += host[block * 64 + i];
    EXPECT_EQ(got[block], expected);
  }
}

TEST_P(Emulator, RunsGridBarriers) {
  const std::vector<float> host = values(5 * 64);
  Buffer<float> device = upload(host, 5 * 64), partial(memory_, 5);
  run_normalise(device.data(), partial.data(), 5, stream_);
  float sum = 0;
  for (const float value : host) sum += value;
  const std::vector<float> got = download(device);
  for (std::size_t i = 0; i < host.size(); ++i) EXPECT_EQ(got[i], host[i] / sum);
}

TEST_P(Emulator, MultipliesOnTensorCores) {
  // Of 24 bits, whose products need all of both parts; and of 5, which TF32 holds.
  std::vector<float> fine(192), coarse(192);
  for (std::size_t i = 0; i < fine.size(); ++i) {
    fine[i] = static_cast<float>(i * 7919 % 1009) / 1009 - 0.5f;
    coarse[i] = static_cast<float>(i * 37 % 31) - 15;
  }
  for (const bool split : {false, true})
    for (const std::vector<float>* values : {&fine, &coarse}) {
      const Buffer<float> a = upload(std::vector<float>(values->begin(), values->begin() + 128), 128),
                          b = upload(std::vector<float>(values->begin() + 128, values->end()), 64);
      Buffer<float> c(memory_, 128);
      run_tensor_product(a.data(), b.data(), c.data(), split, stream_);
      const std::vector<float> got = download(c);
      double largest = 0;
      for (std::size_t row = 0; row < 16; ++row)
        for (std::size_t column = 0; column < 8; ++column) {
          double expected = 0, magnitude = 0;
          for (std::size_t k = 0; k < 8; ++k) {
            const double product = double{(*values)[row * 8 + k]} * (*values)[128 + k * 8 + column];
            expected += product;
            magnitude += std::abs(product);
          }
          largest = std::max(largest, std::abs(got[row * 8 + column] - expected) / magnitude);
        }
      // tensor_cores.cuh has the bound of a split product; without, each factor is off by up to 2^-11.
      if (values == &coarse) {
        EXPECT_EQ(largest, 0);
      } else if (split) {
        EXPECT_LE(largest, (8 / 8 + 30) * 0x1p-24);
      } else {
        EXPECT_TRUE(largest > 0x1p-16 && largest <= 0x1p-10 * 1.01) << largest;
      }
    }
}

TEST_P(Emulator, RunsAtomics) {
  Buffer<unsigned> count = upload(std::vector<unsigned>{5}, 1);
  run_count(count.data(), 9, stream_);
  EXPECT_EQ(download(count).front(), 5u + 9 * 64);
}

TEST_P(Emulator, FindsBrokenMeetings) {
  using testing::HasSubstr;
  EXPECT_THAT(fault_of(Mistake::divergent_barrier), HasSubstr("different barriers"));
  EXPECT_THAT(fault_of(Mistake::barrier_after_exit), HasSubstr("threads of the block have ended"));
  EXPECT_THAT(fault_of(Mistake::exit_during_barrier),
              testing::AnyOf(HasSubstr("wait at the barrier"), HasSubstr("have ended")));
  EXPECT_THAT(fault_of(Mistake::waits_for_ever), HasSubstr("wait for ever"));
  EXPECT_THAT(fault_of(Mistake::shuffle_masks_differ), HasSubstr("does not take part"));
  EXPECT_THAT(fault_of(Mistake::shuffle_from_absent_lane), HasSubstr("does not take part"));
  EXPECT_THAT(fault_of(Mistake::warp_at_two_places), HasSubstr("different operations"));
  EXPECT_THAT(fault_of(Mistake::grid_barrier_in_plain_launch), HasSubstr("not cooperative"));
  EXPECT_THAT(fault_of(Mistake::product_by_half_a_warp), HasSubstr("by a part of a warp"));
}

TEST_P(Emulator, FindsRaces) {
  if (!emulator::checker::present()) return;  // the address sanitizer's build does not look for them
  using testing::HasSubstr;
  EXPECT_THAT(fault_of(Mistake::missing_barrier), HasSubstr("race"));
  EXPECT_THAT(fault_of(Mistake::missing_warp_barrier), HasSubstr("race"));
  EXPECT_THAT(fault_of(Mistake::race_between_blocks), HasSubstr("race"));
  EXPECT_THAT(fault_of(Mistake::race_with_atomic), HasSubstr("race"));
  EXPECT_THAT(fault_of(Mistake::other_threads_local_memory), HasSubstr("another thread's local memory"));
}

TEST_P(Emulator, FindsWhatNobodyWrote) {
  if (emulator::checker::present()) {
    EXPECT_THAT(fault_of(Mistake::uninitialised_shared), testing::HasSubstr("nobody wrote"));
    EXPECT_THAT(fault_of(Mistake::uninitialised_global), testing::HasSubstr("nobody wrote"));
    return;
  }
  // Without the checker it is not a number.
  for (const auto& [mistake, place] : {std::pair(Mistake::uninitialised_shared, 5), {Mistake::uninitialised_global, 127}}) {
    Buffer<float> data = upload(values(127), 128);
    run_mistake(mistake, data.data(), stream_);
    EXPECT_TRUE(std::isnan(download(data)[static_cast<std::size_t>(place)]));
  }
}

TEST_P(Emulator, FindsAccessesOutside) {
  std::vector<Mistake> mistakes = {Mistake::shared_overrun, Mistake::dynamic_shared_overrun, Mistake::global_overrun};
  // The compiler reads the parts of a float2 one by one, each where a float may lie: only the undefined-behaviour
  // sanitizer sees what was written.
  if (!emulator::checker::present()) mistakes.push_back(Mistake::misaligned);
  for (const Mistake mistake : mistakes) {
#if defined(__SANITIZE_ADDRESS__)
    EXPECT_DEATH(fault_of(mistake), "AddressSanitizer|misaligned|out of bounds");
#else
    EXPECT_THAT(fault_of(mistake),
                testing::AnyOf(testing::HasSubstr("not device memory"), testing::HasSubstr("outside of every array"),
                               testing::HasSubstr("across the end")));
#endif
  }
}

TEST_P(Emulator, KeepsTheHostOutOfDeviceMemory) {
  Buffer<float> data = upload(values(127), 128);
  EXPECT_DEATH(data.data()[3] = 1, "");
  float host[4] = {};
  EXPECT_THROW(cudaMemcpyAsync(host, data.data() + 126, sizeof host, cudaMemcpyDeviceToHost, stream_),
               emulator::Fault);
}

TEST_P(Emulator, FindsUseAfterRelease) {
  Buffer<float> data = upload(values(64), 64);
  Buffer<float> sums(memory_, 1);
  const float* const gone = data.data();
  data = {};
  { Buffer<float> dies = std::move(data); }
  const auto run = [&] {
    run_block_sums(gone, sums.data(), 1, stream_);
    cudaStreamSynchronize(stream_);
  };
#if defined(__SANITIZE_ADDRESS__)
  EXPECT_DEATH(run(), "AddressSanitizer");
#else
  EXPECT_THROW(run(), emulator::Fault);
#endif
}

TEST_P(Emulator, CountsWhatIsLeftBehind) {
  const std::size_t before = emulator::live_device_blocks();
  void* left = nullptr;
  ASSERT_EQ(cudaMalloc(&left, 100), cudaSuccess);
  EXPECT_EQ(emulator::live_device_blocks(), before + 1);
  EXPECT_EQ(cudaFree(left), cudaSuccess);
  EXPECT_EQ(emulator::live_device_blocks(), before);
  EXPECT_EQ(cudaFree(left), cudaErrorInvalidValue);
  cudaGetLastError();
}

TEST_P(Emulator, PutsWorkOffUntilSomebodyWaits) {
  cuda::PinnedMemory pinned_memory;
  Buffer<unsigned> count = upload(std::vector<unsigned>{0}, 1), pinned(pinned_memory, 1);
  pinned.data()[0] = 77;
  run_count(count.data(), 1, stream_);
  cudaMemcpyAsync(pinned.data(), count.data(), sizeof(unsigned), cudaMemcpyDeviceToHost, stream_);
  EXPECT_EQ(pinned.data()[0], 77u);
  cudaStreamSynchronize(stream_);
  EXPECT_EQ(pinned.data()[0], 64u);
}

TEST_P(Emulator, ReplaysGraphs) {
  Buffer<unsigned> count = upload(std::vector<unsigned>{0}, 1);
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t executable = nullptr;
  ASSERT_EQ(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal), cudaSuccess);
  run_count(count.data(), 2, stream_);
  ASSERT_EQ(cudaStreamEndCapture(stream_, &graph), cudaSuccess);
  ASSERT_EQ(cudaGraphInstantiate(&executable, graph, 0), cudaSuccess);
  EXPECT_EQ(download(count).front(), 0u);
  for (int i = 0; i < 3; ++i) cudaGraphLaunch(executable, stream_);
  EXPECT_EQ(download(count).front(), 3u * 2 * 64);
  cudaGraphExecDestroy(executable);
  cudaGraphDestroy(graph);

  // What a capture does not allow breaks it.
  ASSERT_EQ(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal), cudaSuccess);
  void* block = nullptr;
  EXPECT_EQ(cudaMalloc(&block, 16), cudaErrorStreamCaptureUnsupported);
  EXPECT_EQ(cudaStreamEndCapture(stream_, &graph), cudaErrorStreamCaptureInvalidated);
  cudaGetLastError();
}

TEST_P(Emulator, RefusesImpossibleLaunches) {
  const auto run = [&](dim3 grid, dim3 block, std::size_t shared) {
    try {
      cuda::launch("sums", +[](float*) {}, grid, block, shared, stream_, static_cast<float*>(nullptr));
      return cudaSuccess;
    } catch (const cuda::CudaError& error) {
      EXPECT_THAT(error.what(), testing::StartsWith("sums: cudaError"));
      return error.code();
    }
  };
  EXPECT_EQ(run(1, 1025, 0), cudaErrorInvalidConfiguration);
  EXPECT_EQ(run(dim3(1, 70000), 32, 0), cudaErrorInvalidConfiguration);
  EXPECT_EQ(run(1, 32, 200 << 10), cudaErrorInvalidValue);
  EXPECT_EQ(run(1, 32, 100 << 10), cudaSuccess);
  EXPECT_EQ(run(0, 32, 0), cudaSuccess);  // empty work
  EXPECT_EQ(cudaGetLastError(), cudaSuccess);  // nothing sticks
  Buffer<float> partial(memory_, 4000), values(memory_, 4000 * 64);
  EXPECT_THROW(run_normalise(values.data(), partial.data(), 4000, stream_), cuda::CudaError);
  cudaStreamSynchronize(stream_);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Emulator, testing::Range(0, 3));

}  // namespace
}  // namespace fractalsync::test
