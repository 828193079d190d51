#include "host/cli/common.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <csignal>

#include "host/train/options.h"
#include "make_backend.h"

namespace fractalsync::cli {
namespace {

/// CLI11 takes a negative number for a large one.
std::string check_seed(const std::string& text) {
  const bool number = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  return number ? std::string() : "'" + text + "' is not a whole number from 0 on";
}

}  // namespace

std::shared_ptr<CommonOptions> add_common_options(CLI::App& command) {
  auto options = std::make_shared<CommonOptions>();
  command.add_option("--device", options->device, "where to compute")
      ->check(CLI::Validator(check_device_name, "auto, cpu, cuda or cuda:N"))
      ->capture_default_str();
  command.add_option("--threads", options->threads, "CPU threads; 0: one per processor")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  command.add_option("--seed", options->seed, kSeedMeaning)
      ->check(CLI::Validator(check_seed, "UINT64"))
      ->capture_default_str();
  command.add_option("--log-level", options->log_level, "how much to say")
      ->check(CLI::IsMember({"debug", "info", "warn", "error", "off"}))
      ->capture_default_str();
  return options;
}

void set_up_log(const CommonOptions& options) {
  // Results go to stdout; everything said on the way goes to stderr.
  spdlog::set_default_logger(spdlog::stderr_color_mt("fractalsync"));
  spdlog::set_pattern("%^%v%$");
  spdlog::set_level(spdlog::level::from_str(options.log_level));
}

std::unique_ptr<Backend> start(const CommonOptions& options) {
  set_up_log(options);
  auto backend = make_backend(options.device, options.threads);
  spdlog::info("device: {}", backend->description());
  return backend;
}

std::atomic<bool>& interrupted() {
  static std::atomic<bool> flag{false};
  return flag;
}

void watch_for_interrupts() {
  interrupted();  // constructed before a signal can come
  struct sigaction action {};
  action.sa_handler = [](int number) {
    interrupted() = true;
    std::signal(number, SIG_DFL);
  };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

}  // namespace fractalsync::cli
