// What a benchmark knows of a device besides its stages: a clock, what the machine can do at most, and the libraries
// that do part of the same work.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/case.h"

namespace fractalsync::bench {

/// Measured in the same run, each by a loop that does nothing else. Per second; 0: nothing here to measure it with.
struct Peaks {
  double copy_bytes = 0;                  ///< read and written, arrays far larger than the caches
  double fma_flops = 0, fma64_flops = 0;  ///< independent fused multiply-adds, float and double
  double product_flops = 0;               ///< a large float matrix product of `product_library`
  std::string product_library;
};

class Device;

/// A library at the same problem, or the backend in another way.
struct Baseline {
  std::string library;  ///< its name and version, and the part of the work that it does
  Run run;
  bool recordable = true;
  std::shared_ptr<Device> device = nullptr;  ///< where it runs; none: where its case does
};

class Device {
 public:
  virtual ~Device() = default;
  virtual Backend& backend() = 0;
  /// Seconds that `repeats` runs take one after the other, from an idle device until it is idle again; on a GPU by its
  /// own clock.
  virtual double time(const Run& run, int repeats) = 0;
  virtual Peaks measure_peaks() = 0;
  virtual std::vector<Baseline> baselines(const Case& of, const Sizes& sizes) = 0;
  /// Libraries that could be compared with, but that this program was built without; for people.
  virtual std::vector<std::string> missing_libraries() const = 0;
};

/// The CPU with `threads` threads (0: one per processor) and the named instruction set (empty: the widest).
std::unique_ptr<Device> make_cpu_device(int threads, const std::string& isa);

/// The GPU that `backend` computes on.
std::unique_ptr<Device> make_cuda_device(std::unique_ptr<Backend> backend);

struct Devices {
  std::vector<std::unique_ptr<Device>> devices;
  std::string why_no_gpu;  ///< one sentence, when a GPU was looked for and there is none
};
/// What `name` stands for: "cpu", "cuda" or "cuda:N"; "auto": the CPU and, where one can be used, the first GPU. Throws
/// Error, with the reason, when the one asked for cannot be had.
Devices make_devices(const std::string& name, int threads, const std::string& isa);

}  // namespace fractalsync::bench
