// Memory, copies and the small stages' plumbing of the CPU backend.
#include "cpu/cpu_backend.h"

#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

namespace fractalsync::cpu {
namespace {

constexpr std::size_t kAlignment = 256;

/// On the CPU there is nothing to prepare: a replay is a call.
class DirectRecording final : public Recording {
 public:
  explicit DirectRecording(std::function<void()> work) : work_(std::move(work)) {}
  void replay() override { work_(); }

 private:
  std::function<void()> work_;
};

}  // namespace

void* HostMemory::take(std::size_t bytes) {
  void* block = std::aligned_alloc(kAlignment, (bytes + kAlignment - 1) / kAlignment * kAlignment);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void HostMemory::release(void* block, std::size_t) noexcept { std::free(block); }

CpuBackend::CpuBackend(int threads, const std::string& isa)
    : kernels_(select_kernels(isa)), pool_(threads) {
  for (int worker = 0; worker < pool_.size(); ++worker) worker_scratch_.emplace_back(memory_);
}

std::string CpuBackend::description() const {
  return "cpu (" + std::string(kernels_.isa) + ", " + std::to_string(pool_.size()) +
         (pool_.size() == 1 ? " thread)" : " threads)");
}

void CpuBackend::upload_bytes(void* device, const void* host, std::int64_t bytes) {
  if (bytes > 0) std::memcpy(device, host, static_cast<std::size_t>(bytes));
}

void CpuBackend::download_bytes(void* host, const void* device, std::int64_t bytes) {
  if (bytes > 0) std::memcpy(host, device, static_cast<std::size_t>(bytes));
}

std::unique_ptr<Recording> CpuBackend::record(std::function<void()> work) {
  return std::make_unique<DirectRecording>(std::move(work));
}

}  // namespace fractalsync::cpu

namespace fractalsync {

std::unique_ptr<Backend> make_cpu_backend(int threads, const std::string& isa) {
  return std::make_unique<cpu::CpuBackend>(threads, isa);
}

}  // namespace fractalsync
