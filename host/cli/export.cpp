// `fractalsync export`: a checkpoint as an ONNX file.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "host/checkpoint/checkpoint.h"
#include "host/cli/commands.h"
#include "host/cli/common.h"
#include "host/train/export_model.h"

namespace fractalsync::cli {

void add_export(CLI::App& app) {
  struct Options {
    std::shared_ptr<CommonOptions> common;
    std::string checkpoint, output;
  };
  CLI::App* command = app.add_subcommand("export", "Write a checkpoint's network as an ONNX model");
  auto options = std::make_shared<Options>();
  command->add_option("checkpoint", options->checkpoint, "the network")->required();
  command->add_option("-o,--output", options->output, "where the model goes; its metadata goes beside it")->required();
  options->common = add_common_options(*command);
  command->callback([options] {
    const auto backend = start(*options->common);
    export_model_files(*backend, read_checkpoint(options->checkpoint), options->output);
    std::printf("exported and verified %s\n", options->output.c_str());
  });
}

}  // namespace fractalsync::cli
