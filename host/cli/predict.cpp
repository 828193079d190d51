// `fractalsync predict`: what a network makes of one file.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "host/checkpoint/checkpoint.h"
#include "host/cli/commands.h"
#include "host/cli/common.h"
#include "host/evaluate/evaluation.h"
#include "host/io/atomic_file.h"
#include "host/io/npy.h"
#include "host/train/music.h"
#include "host/train/network.h"

namespace fractalsync::cli {
namespace {

struct PredictArguments {
  std::shared_ptr<CommonOptions> common;
  std::string checkpoint, audio, output;
  bool motion = false;
};

std::string csv(Matrix<const float> rows) {
  std::string text;
  for (int k = 0; k < rows.cols(); ++k)
    text += std::string(k > 0 ? "," : "") + (k < kHeads ? kVisualNames[k] : "rotation");
  text += '\n';
  char number[32];
  for (std::int64_t t = 0; t < rows.rows(); ++t) {
    for (int k = 0; k < rows.cols(); ++k) {
      std::snprintf(number, sizeof number, k > 0 ? ",%.9g" : "%.9g", static_cast<double>(rows(t, k)));
      text += number;
    }
    text += '\n';
  }
  return text;
}

void run_predict(const PredictArguments& options) {
  const auto backend = start(*options.common);
  const TrainingState state = read_checkpoint(options.checkpoint);
  const TrackFeatures track = load_track(*backend, options.audio, state.config.window);
  const TrackStore store(*backend, state.config.window, {{&track}}, state.statistics);
  Network network(*backend, state);
  const PlayableNetwork playable{network.layout(), network.parameters(), network.statistics(),
                                 state.config.recipe.motion};
  const std::int64_t windows = store.tracks().front().windows;
  const std::vector<float> rows = options.motion
                                      ? as_drawn(play(*backend, playable, store, whole_tracks(store).front()))
                                      : straight_parameters(*backend, playable, store, 0, windows);
  const Matrix<const float> matrix(rows.data(), windows, options.motion ? kMotionColumns : kHeads);
  if (std::filesystem::path(options.output).extension() == ".csv")
    write_file_atomically(options.output, csv(matrix));
  else
    write_npy<float>(options.output, {matrix.rows(), matrix.cols()}, rows);
}

}  // namespace

void add_predict(CLI::App& app) {
  CLI::App* command = app.add_subcommand("predict", "Visual parameters of a file, one row per window");
  auto options = std::make_shared<PredictArguments>();
  command->add_option("--checkpoint", options->checkpoint, "the network")->required();
  command->add_option("audio", options->audio, "a file of music")->required();
  command->add_option("-o,--output", options->output, "where the rows go: .npy, or .csv with a header")
      ->required()
      ->check([](const std::string& name) {
        const auto ending = std::filesystem::path(name).extension();
        return ending == ".npy" || ending == ".csv" ? std::string() : "only .npy and .csv files can be written";
      });
  command->add_flag(
      "--motion", options->motion,
      "eight columns: the parameters as drawn, after the motion channel, and the rotation in radians, from 0 to 2 pi");
  options->common = add_common_options(*command);
  command->callback([options] { run_predict(*options); });
}

}  // namespace fractalsync::cli
