#include "bench/report.h"

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

namespace fractalsync::bench {
namespace {

template <class... Values>
std::string format(const char* text, Values... values) {
  char line[512];
  std::snprintf(line, sizeof line, text, values...);
  return line;
}

/// Three digits and a unit: "5.60 ms".
std::string readable(double value, const char* unit) {
  struct Prefix {
    double scale;
    const char* name;
  };
  constexpr Prefix kPrefixes[] = {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}, {1, ""}, {1e-3, "m"}, {1e-6, "u"}};
  for (const Prefix& p : kPrefixes)
    if (value >= p.scale) {
      const double x = value / p.scale;
      return format("%.*f %s%s", x < 10 ? 2 : x < 100 ? 1 : 0, x, p.name, unit);
    }
  return format("%.3g n%s", value * 1e9, unit);
}

/// How far the quartiles are from the median, in percent.
double spread(const Timing& timing) { return 50 * (timing.upper - timing.lower) / timing.median; }

/// "12 %" of a peak; nothing where one of both is unknown.
std::string share(double rate, double peak) {
  return rate > 0 && peak > 0 ? format("%.*f %%", rate < 0.0995 * peak ? 1 : 0, 100 * rate / peak) : "";
}

double flops_peak(const Peaks& peaks, const Work& work) { return work.float64 ? peaks.fma64_flops : peaks.fma_flops; }

/// The processor's name, as Linux knows it.
std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name")) {
      const std::size_t at = line.find(": ");
      return at == std::string::npos ? "" : line.substr(at + 2);
    }
  return "";
}

nlohmann::ordered_json json_of(const Timing& timing) {
  return {{"median_s", timing.median},
          {"lower_quartile_s", timing.lower},
          {"upper_quartile_s", timing.upper},
          {"samples", timing.samples},
          {"runs_per_sample", timing.runs_each}};
}

nlohmann::ordered_json json_of(const Peaks& peaks) {
  nlohmann::ordered_json json = {{"copy_bytes_per_s", peaks.copy_bytes},
                                 {"fma_flops_per_s", peaks.fma_flops},
                                 {"fma64_flops_per_s", peaks.fma64_flops}};
  if (peaks.product_flops > 0) {
    json["product_flops_per_s"] = peaks.product_flops;
    json["product_library"] = peaks.product_library;
  }
  return json;
}

nlohmann::ordered_json json_of(const CaseResult& result) {
  nlohmann::ordered_json json = {{"name", result.name}};
  json.update(json_of(result.timing));
  json["item"] = result.work.item;
  json["items"] = result.work.items;
  if (result.work.flops > 0) json[result.work.float64 ? "flops64" : "flops"] = result.work.flops;
  if (result.work.bytes > 0) json["bytes"] = result.work.bytes;
  json["baselines"] = nlohmann::ordered_json::array();
  for (const BaselineResult& baseline : result.baselines) {
    nlohmann::ordered_json each = {{"library", baseline.library}};
    each.update(json_of(baseline.timing));
    json["baselines"].push_back(each);
  }
  return json;
}

}  // namespace

std::vector<Case> select_cases(const std::vector<Case>& cases, const std::string& filter) {
  std::vector<std::string> texts;
  std::istringstream list(filter);
  for (std::string text; std::getline(list, text, ',');)
    if (!text.empty()) texts.push_back(text);
  if (texts.empty()) return cases;
  std::vector<Case> selected;
  for (const Case& each : cases)
    for (const std::string& text : texts)
      if (each.name.find(text) != std::string::npos) {
        selected.push_back(each);
        break;
      }
  return selected;
}

DeviceResult run_cases(Device& device, const std::vector<Case>& cases, const Sizes& sizes, double seconds,
                       const std::function<void(const DeviceResult&)>& begun,
                       const std::function<void(const DeviceResult&, const CaseResult&)>& done,
                       const std::atomic<bool>& stop) {
  DeviceResult result{device.backend().description(), device.measure_peaks(), device.missing_libraries(), {}};
  begun(result);
  for (const Case& each : cases) {
    if (stop) break;
    const Prepared prepared = each.prepare(device.backend());
    CaseResult measured{each.name, prepared.work, measure(device, prepared.run, each.recordable, seconds), {}};
    for (const Baseline& baseline : device.baselines(each, sizes))
      measured.baselines.push_back({baseline.library, measure(baseline.device ? *baseline.device : device, baseline.run,
                                                              baseline.recordable, seconds)});
    done(result, measured);
    result.cases.push_back(std::move(measured));
  }
  return result;
}

std::string table_head(const DeviceResult& device) {
  const Peaks& peaks = device.peaks;
  std::string text = device.description + "\npeaks: copy " + readable(peaks.copy_bytes, "B/s") +
                     "; fused multiply-add " + readable(peaks.fma_flops, "FLOP/s") + ", in double " +
                     readable(peaks.fma64_flops, "FLOP/s");
  if (peaks.product_flops > 0)
    text += "; matrix product " + readable(peaks.product_flops, "FLOP/s") + " (" + peaks.product_library + ")";
  text += '\n';
  for (const std::string& library : device.missing_libraries)
    text += "built without " + library + ": nothing is compared with it\n";
  return text + format("\n%-54s %10s %6s %20s %9s %6s %8s %6s %8s\n", "case", "median", "+-", "per item", "GFLOP/s",
                       "peak", "GB/s", "peak", "against");
}

std::string table_rows(const DeviceResult& device, const CaseResult& result) {
  const Timing& t = result.timing;
  const double flops = result.work.flops / t.median, bytes = result.work.bytes / t.median;
  const std::string per_item = readable(t.median / result.work.items, "s") + "/" + result.work.item;
  std::string text =
      format("%-54s %10s %4.1f %% %20s %9s %6s %8s %6s\n", result.name.c_str(), readable(t.median, "s").c_str(),
             spread(t), per_item.c_str(), flops > 0 ? format("%.3g", flops / 1e9).c_str() : "",
             share(flops, flops_peak(device.peaks, result.work)).c_str(),
             bytes > 0 ? format("%.3g", bytes / 1e9).c_str() : "", share(bytes, device.peaks.copy_bytes).c_str());
  for (const BaselineResult& baseline : result.baselines)
    text += format("  %-52s %10s %4.1f %% %20s %9s %6s %8s %6s %7.2fx\n", baseline.library.c_str(),
                   readable(baseline.timing.median, "s").c_str(), spread(baseline.timing), "", "", "", "", "",
                   baseline.timing.median / t.median);
  return text;
}

std::string to_json(const std::string& program_version, const std::vector<DeviceResult>& devices) {
  nlohmann::ordered_json json = {{"fractalsync_version", program_version},
                                 {"processor", processor_name()},
                                 {"processors", std::thread::hardware_concurrency()},
                                 {"devices", nlohmann::ordered_json::array()}};
  for (const DeviceResult& device : devices) {
    nlohmann::ordered_json each = {{"device", device.description},
                                   {"peaks", json_of(device.peaks)},
                                   {"missing_libraries", device.missing_libraries},
                                   {"cases", nlohmann::ordered_json::array()}};
    for (const CaseResult& result : device.cases) each["cases"].push_back(json_of(result));
    json["devices"].push_back(each);
  }
  return json.dump(2) + "\n";
}

}  // namespace fractalsync::bench
