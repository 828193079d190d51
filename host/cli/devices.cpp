// `fractalsync devices`
#include <cstdio>

#include "host/cli/commands.h"
#include "make_backend.h"

namespace fractalsync::cli {

void add_devices(CLI::App& app) {
  CLI::App* command = app.add_subcommand("devices", "What can compute here, and why not what cannot");
  command->callback([] { std::fputs(describe_devices().c_str(), stdout); });
}

}  // namespace fractalsync::cli
