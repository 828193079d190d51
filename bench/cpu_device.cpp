// The CPU as a device to measure: its clock, its peaks, and OpenBLAS and FFTW where the program was built with them.
#include <chrono>

#include "bench/cpu_baselines.h"
#include "bench/cpu_peaks.h"
#include "bench/device.h"

namespace fractalsync::bench {
namespace {

class CpuDevice final : public Device {
 public:
  CpuDevice(int threads, const std::string& isa)
      : backend_(make_cpu_backend(threads, isa)), pool_(threads), isa_(isa.empty() ? widest() : isa) {}

  Backend& backend() override { return *backend_; }
  double time(const Run& run, int repeats) override {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < repeats; ++i) run();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }
  Peaks measure_peaks() override {
    Peaks peaks = measure_cpu_peaks(pool_, isa_);
    measure_openblas_product(pool_.size(), peaks);
    return peaks;
  }
  std::vector<Baseline> baselines(const Case& of, const Sizes& sizes) override {
    if (const auto* const transforms = std::get_if<Transforms>(&of.problem))
      return fftw_transforms(pool_, *transforms, sizes.seed);
    if (const auto* const products = std::get_if<Products>(&of.problem))
      return openblas_products(pool_.size(), *products, sizes.seed);
    return {};
  }
  std::vector<std::string> missing_libraries() const override { return missing_cpu_libraries(); }

 private:
  static std::string widest() {
    const std::string all = list_cpu_isas();
    return all.substr(all.rfind(' ') + 1);  // npos + 1 is 0
  }

  std::unique_ptr<Backend> backend_;
  ThreadPool pool_;
  std::string isa_;
};

}  // namespace

std::unique_ptr<Device> make_cpu_device(int threads, const std::string& isa) {
  return std::make_unique<CpuDevice>(threads, isa);
}

}  // namespace fractalsync::bench
