// `fractalsync bench`: how fast every stage is here, and how near to what the machine can do.
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "bench/report.h"
#include "host/cli/commands.h"
#include "host/cli/common.h"
#include "host/io/atomic_file.h"
#include "host/io/folder.h"

namespace fractalsync::cli {
namespace {

struct BenchArguments {
  std::shared_ptr<CommonOptions> common;
  std::string filter, json, isa;
  double seconds = 0.5;
};

void run_bench(const BenchArguments& options) {
  bench::Sizes sizes;
  sizes.seed = options.common->seed;
  const std::vector<bench::Case> cases = bench::select_cases(bench::all_cases(sizes), options.filter);
  if (cases.empty()) {
    std::string stages;
    for (const bench::Case& each : bench::all_cases(sizes)) {
      const std::string stage = each.name.substr(0, each.name.find('/'));
      if (stages.find(" " + stage) == std::string::npos) stages += " " + stage;
    }
    throw CLI::ValidationError("--filter",
                               "no case has '" + options.filter + "' in its name; they begin with" + stages);
  }
  set_up_log(*options.common);
  const bench::Devices found = bench::make_devices(options.common->device, options.common->threads, options.isa);
  if (!found.why_no_gpu.empty()) spdlog::info("timing the CPU alone: {}", found.why_no_gpu);
  const std::filesystem::path json = options.json;
  if (json.has_parent_path()) make_folders(json.parent_path());
  watch_for_interrupts();
  std::vector<bench::DeviceResult> results;
  for (const auto& device : found.devices)
    results.push_back(bench::run_cases(
        *device, cases, sizes, options.seconds,
        [&](const bench::DeviceResult& begun) {
          std::printf("%s%s", results.empty() ? "" : "\n", bench::table_head(begun).c_str());
          std::fflush(stdout);
        },
        [](const bench::DeviceResult& of, const bench::CaseResult& done) {
          std::fputs(bench::table_rows(of, done).c_str(), stdout);
          std::fflush(stdout);
        },
        interrupted()));
  if (interrupted()) throw Error("stopped before every case was timed");
  if (!options.json.empty()) write_file_atomically(json, bench::to_json(FRACTALSYNC_VERSION, results));
}

}  // namespace

void add_bench(CLI::App& app) {
  CLI::App* command = app.add_subcommand("bench", "How fast every stage is here, beside what the machine can do");
  auto options = std::make_shared<BenchArguments>();
  command->add_option("--filter", options->filter, "only cases with this in their name; several, separated by commas");
  command->add_option("--json", options->json, "also write the results to this file");
  command->add_option("--min-time", options->seconds, "seconds to spend on each case")
      ->check([](const std::string& text) {  // CLI::Range lets through what is not a number
        double value = 0;
        return CLI::detail::lexical_cast(text, value) && value >= 0.001 && value <= 3600
                   ? std::string()
                   : "'" + text + "' is not a number from 0.001 to 3600";
      })
      ->capture_default_str();
  command->add_option("--isa", options->isa,
                      "instruction set of the CPU, one that `devices` names; the widest if none");
  options->common = add_common_options(*command);
  command->callback([options] { run_bench(*options); });
}

}  // namespace fractalsync::cli
