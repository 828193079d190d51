// `fractalsync extract`: the features of audio files as .npy.
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "host/cli/commands.h"
#include "host/cli/common.h"
#include "host/cli/progress.h"
#include "host/dataset/extraction.h"
#include "host/dataset/model_features.h"
#include "host/io/folder.h"
#include "host/io/npy.h"

namespace fractalsync::cli {
namespace {

struct ExtractArguments {
  std::shared_ptr<CommonOptions> common;
  std::vector<std::string> audio;
  std::string output;
  bool raw = false;
  std::string definition = "fractalsync";
  WindowSpec window;
};

void extract_one(Backend& backend, const ExtractArguments& options, const std::string& audio,
                 const std::filesystem::path& output) {
  const std::vector<float> raw = extract_features(
      backend, audio, options.definition == "librosa" ? FeatureDefinition::librosa : FeatureDefinition::fractalsync,
      &interrupted());
  const std::int64_t frames = static_cast<std::int64_t>(raw.size()) / kBaseFeatures;
  if (options.raw) {
    write_npy<float>(output, {frames, kBaseFeatures}, raw);
    return;
  }
  write_npy<float>(output, {frames, options.window.features()}, model_features_of(backend, options.window, raw));
}

void run_extract(const ExtractArguments& options) {
  const bool many = options.audio.size() > 1;
  std::vector<std::filesystem::path> outputs;
  for (const std::string& audio : options.audio) {
    std::filesystem::path output = options.output;
    if (many) output /= std::filesystem::path(audio).stem() += ".npy";
    if (std::find(outputs.begin(), outputs.end(), output) != outputs.end())
      throw CLI::ValidationError("audio", "two inputs would both be written to '" + output.string() + "'");
    outputs.push_back(output);
  }
  if (!many && outputs.front().extension() != ".npy")
    throw CLI::ValidationError("--output", "only .npy files can be written, not '" + options.output + "'");
  const auto backend = start(*options.common);
  watch_for_interrupts();
  if (many) make_folders(options.output);
  Progress progress("extracting", "files", many && options.common->log_level == "info");
  std::vector<std::string> failures;
  for (std::size_t k = 0; k < options.audio.size(); ++k) {
    try {
      extract_one(*backend, options, options.audio[k], outputs[k]);
    } catch (const ExtractionStopped&) {
      throw;
    } catch (const Error& error) {  // one bad file: the others are worth having
      if (!many) throw;
      failures.emplace_back(error.what());
    }
    progress.update(static_cast<std::int64_t>(k + 1), static_cast<std::int64_t>(options.audio.size()), 0, "");
  }
  progress.clear();
  for (const std::string& failure : failures) spdlog::warn("{}", failure);
  if (!failures.empty())
    throw Error("no features of " + std::to_string(failures.size()) + " of " + std::to_string(options.audio.size()) +
                " files; the others are in '" + options.output + "'");
}

}  // namespace

void add_extract(CLI::App& app) {
  CLI::App* command = app.add_subcommand("extract", "Audio features of files, one row per frame");
  auto options = std::make_shared<ExtractArguments>();
  command->add_option("audio", options->audio, "files of music")->required();
  command
      ->add_option("-o,--output", options->output,
                   "a .npy file [frames, features]; with several inputs a folder of such files")
      ->required();
  CLI::Option* raw = command->add_flag("--raw", options->raw, "Hz and plain values instead of model features");
  command->add_option("--definition", options->definition, "how flux and onset are defined")
      ->check(CLI::IsMember({"fractalsync", "librosa"}))
      ->capture_default_str();
  command->add_flag("--include-delta", options->window.include_delta, "add how fast each feature changes")
      ->excludes(raw);
  command->add_flag("--include-delta-delta", options->window.include_delta_delta, "add how fast that changes")
      ->excludes(raw);
  options->common = add_common_options(*command);
  command->callback([options] { run_extract(*options); });
}

}  // namespace fractalsync::cli
