// The benchmarks' results: measuring one device, and what is said of it, as a table for people and as JSON.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "bench/device.h"
#include "bench/measure.h"

namespace fractalsync::bench {

struct BaselineResult {
  std::string library;
  Timing timing;
};
struct CaseResult {
  std::string name;
  Work work;
  Timing timing;
  std::vector<BaselineResult> baselines;
};
struct DeviceResult {
  std::string description;
  Peaks peaks;
  std::vector<std::string> missing_libraries;
  std::vector<CaseResult> cases;
};

/// Those whose name contains one of the texts of `filter`, which are separated by commas; an empty filter takes all.
std::vector<Case> select_cases(const std::vector<Case>& cases, const std::string& filter);

/// Measures the peaks, tells `begun` of the device, and then measures case after case, each for about `seconds` and its
/// baselines as long, and tells `done` of each. Ends early when `stop` is set.
DeviceResult run_cases(Device& device, const std::vector<Case>& cases, const Sizes& sizes, double seconds,
                       const std::function<void(const DeviceResult&)>& begun,
                       const std::function<void(const DeviceResult&, const CaseResult&)>& done,
                       const std::atomic<bool>& stop);

/// The device, its peaks, and the table's head.
std::string table_head(const DeviceResult& device);
/// The case's line, and one for each baseline.
std::string table_rows(const DeviceResult& device, const CaseResult& result);

/// Everything, as one JSON object: units are seconds, flops and bytes.
std::string to_json(const std::string& program_version, const std::vector<DeviceResult>& devices);

}  // namespace fractalsync::bench
