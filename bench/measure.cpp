#include "bench/measure.h"

#include <algorithm>
#include <cmath>

namespace fractalsync::bench {
namespace {

constexpr int kFewestSamples = 5, kMostSamples = 1000, kMostRuns = 1 << 20;
constexpr double kShare = 1.0 / 25;  ///< of the time that one sample should take

/// Between the two nearest of sorted numbers.
double quantile(const std::vector<double>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const double next = sorted[std::min(below + 1, sorted.size() - 1)];
  return sorted[below] + (at - std::floor(at)) * (next - sorted[below]);
}

}  // namespace

Timing measure(Device& device, const Run& run, bool recordable, double seconds) {
  std::unique_ptr<Recording> recording;
  Run once = run;
  if (recordable) {
    recording = device.backend().record(run);
    once = [&recording] { recording->replay(); };
  }
  // A recording settles on its second replay; the third is as all that follow.
  device.time(once, 3);
  int runs = 1;
  double taken = device.time(once, runs);
  while (taken < seconds * kShare && runs < kMostRuns) {
    const double wanted = seconds * kShare / std::max(taken / runs, 1e-9);
    runs = std::clamp(static_cast<int>(std::min(wanted * 1.1, double{kMostRuns})), runs + 1, kMostRuns);
    taken = device.time(once, runs);
  }
  std::vector<double> samples;
  for (double sum = 0; static_cast<int>(samples.size()) < kFewestSamples ||
                       (sum < seconds && static_cast<int>(samples.size()) < kMostSamples);) {
    samples.push_back(device.time(once, runs));
    sum += samples.back();
  }
  std::sort(samples.begin(), samples.end());
  return {quantile(samples, 0.5) / runs, quantile(samples, 0.25) / runs, quantile(samples, 0.75) / runs,
          static_cast<int>(samples.size()), runs};
}

}  // namespace fractalsync::bench
