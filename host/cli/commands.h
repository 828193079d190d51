// The program's commands: each adds itself to the command line. A command parses, calls, prints.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

namespace fractalsync::cli {

/// `words`: the whole command line, for the sentence that says how to continue.
void add_train(CLI::App& app, const std::vector<std::string>& words);
void add_extract(CLI::App& app);
void add_predict(CLI::App& app);
void add_export(CLI::App& app);
void add_evaluate(CLI::App& app);
void add_render(CLI::App& app);
void add_serve(CLI::App& app);
void add_bench(CLI::App& app);
void add_devices(CLI::App& app);

/// Runs the program; returns its exit status: 0, 2 for a usage error, 1 for any other, each with one line on stderr.
int run(int argc, char** argv);

}  // namespace fractalsync::cli
