// `fractalsync export`: a checkpoint as an ONNX file.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <string>

#include "host/checkpoint/checkpoint.h"
#include "host/cli/commands.h"
#include "host/cli/common.h"
#include "host/train/export_model.h"

namespace fractalsync::cli {

void add_export(CLI::App& app) {
  struct Options {
    std::shared_ptr<CommonOptions> common;
    std::string checkpoint, output;
    bool pipeline = false;
  };
  CLI::App* command = app.add_subcommand("export", "Write a checkpoint's network as an ONNX model");
  auto options = std::make_shared<Options>();
  command->add_option("checkpoint", options->checkpoint, "the network")->required();
  command->add_option("-o,--output", options->output, "where the .onnx goes; its metadata goes beside it")
      ->required()
      ->check([](const std::string& name) {
        return std::filesystem::path(name).extension() == ".onnx" ? std::string() : "only .onnx files can be written";
      });
  command->add_flag("--pipeline", options->pipeline,
                    "the whole chain instead, from sound to what is drawn, called once a hop");
  options->common = add_common_options(*command);
  command->callback([options] {
    const auto backend = start(*options->common);
    const ExportModel model = export_model(read_checkpoint(options->checkpoint));
    if (options->pipeline)
      export_pipeline_files(*backend, model, options->output);
    else
      export_model_files(*backend, model, options->output);
    std::printf("exported and verified %s\n", options->output.c_str());
  });
}

}  // namespace fractalsync::cli
