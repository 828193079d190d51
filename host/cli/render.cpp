// `fractalsync render`: what a network draws to a song, as a contact sheet.
#include "host/picture/render.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "host/checkpoint/checkpoint.h"
#include "host/cli/commands.h"
#include "host/cli/common.h"
#include "host/cli/progress.h"
#include "host/evaluate/playback.h"
#include "host/picture/png.h"
#include "host/train/music.h"
#include "host/train/network.h"

namespace fractalsync::cli {
namespace {

struct RenderArguments {
  std::shared_ptr<CommonOptions> common;
  std::string checkpoint, audio, output;
  int columns = 4, rows = 3, width = 320, height = 240;
};

void run_render(const RenderArguments& options) {
  const auto backend = start(*options.common);
  const TrainingState state = read_checkpoint(options.checkpoint);
  const TrackFeatures track = load_track(*backend, options.audio, state.config.window);
  const TrackStore store(*backend, state.config.window, {{&track}}, state.statistics,
                         formulation_of(state.config.recipe.motion));
  Network network(*backend, state);
  const Playback playback =
      play(*backend, {network.layout(), network.parameters(), network.statistics(), state.config.recipe.motion}, store,
           0, store.tracks().front().windows);
  watch_for_interrupts();
  const std::int64_t pictures = std::int64_t{options.columns} * options.rows;
  Progress progress("rendering", "pictures", options.common->log_level == "info");
  std::vector<Image> images;
  for (std::int64_t k = 0; k < pictures; ++k) {
    if (interrupted()) throw Error("stopped; nothing was written");
    // The middles of equal parts of the song.
    const std::int64_t frame = std::min(playback.frames - 1, (2 * k + 1) * playback.frames / (2 * pictures));
    images.push_back(
        render_still(*backend, {.width = options.width, .height = options.height}, playback.display_frame(frame)));
    progress.update(k + 1, pictures, 0, "");
  }
  write_png(options.output, images.size() == 1 ? images.front() : contact_sheet(images, options.columns));
}

}  // namespace

void add_render(CLI::App& app) {
  CLI::App* command = app.add_subcommand("render", "Pictures of a song as a PNG contact sheet");
  auto options = std::make_shared<RenderArguments>();
  command->add_option("--checkpoint", options->checkpoint, "the network")->required();
  command->add_option("audio", options->audio, "a file of music")->required();
  command->add_option("-o,--output", options->output, "where the .png goes")
      ->required()
      ->check([](const std::string& name) {
        return std::filesystem::path(name).extension() == ".png" ? std::string() : "only .png files can be written";
      });
  command->add_option("--columns", options->columns, "pictures side by side")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command->add_option("--rows", options->rows, "rows of pictures; one of one: a still")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command->add_option("--width", options->width, "of a picture")->check(CLI::Range(16, 8192))->capture_default_str();
  command->add_option("--height", options->height, "of a picture")->check(CLI::Range(16, 8192))->capture_default_str();
  options->common = add_common_options(*command);
  command->callback([options] { run_render(*options); });
}

}  // namespace fractalsync::cli
