// What every command shares: the common options, the choice of device, Ctrl-C.
#pragma once

#include <CLI/App.hpp>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "backend.h"

namespace fractalsync::cli {

struct CommonOptions {
  std::string device = "auto";
  int threads = 0;
  std::uint64_t seed = 0;
  std::string log_level = "info";
};

/// Adds --device, --threads, --seed and --log-level. The returned options live as long as the command.
std::shared_ptr<CommonOptions> add_common_options(CLI::App& command);

/// Everything said on the way goes to stderr, from the level asked for on.
void set_up_log(const CommonOptions& options);

/// Sets up the log, and makes the backend asked for; logs which one it is.
std::unique_ptr<Backend> start(const CommonOptions& options);

/// Set by the first Ctrl-C (or SIGTERM) after this call; a second one ends the program at once.
std::atomic<bool>& interrupted();
void watch_for_interrupts();

}  // namespace fractalsync::cli
