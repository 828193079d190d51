// The command line as a whole: commands, help, exit status.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <new>

#include "core/check.h"
#include "host/cli/commands.h"

namespace fractalsync::cli {

int run(int argc, char** argv) {
  CLI::App app{"FractalSync learns to turn what is heard into moving Julia sets.", "fractalsync"};
  app.set_version_flag("--version", FRACTALSYNC_VERSION);
  app.require_subcommand(0, 1);
  app.failure_message([](const CLI::App*, const CLI::Error& error) {
    return "fractalsync: " + std::string(error.what()) + " (see --help)\n";
  });
  add_train(app, {argv, argv + argc});
  add_extract(app);
  add_predict(app);
  add_export(app);
  add_evaluate(app);
  add_render(app);
  add_serve(app);
  add_bench(app);
  add_devices(app);
  try {
    app.parse(argc, argv);
    if (app.get_subcommands().empty()) throw CLI::RequiredError("a command (train, evaluate, export, ...)");
    return 0;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::bad_alloc&) {
    std::fputs("fractalsync: not enough memory\n", stderr);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fractalsync: %s\n", error.what());
  }
  return 1;
}

}  // namespace fractalsync::cli
