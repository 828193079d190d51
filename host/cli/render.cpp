// `fractalsync render`: what a network draws to a song, as a video with its sound, a contact sheet or a still.
#include "host/picture/render.h"

#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "host/checkpoint/checkpoint.h"
#include "host/cli/commands.h"
#include "host/cli/common.h"
#include "host/cli/progress.h"
#include "host/evaluate/evaluation.h"
#include "host/picture/png.h"
#include "host/train/music.h"
#include "host/train/network.h"
#include "host/video/film.h"

namespace fractalsync::cli {
namespace {

struct RenderArguments {
  std::shared_ptr<CommonOptions> common;
  std::string checkpoint, audio, output;
  int columns = 4, rows = 3;
  DisplaySpec sheet{.width = 320, .height = 240};  ///< one picture of it
  FilmSpec film;
};

struct Song {
  Playback playback;
  int window_frames;
};

Song play_song(Backend& backend, const RenderArguments& options) {
  const TrainingState state = read_checkpoint(options.checkpoint);
  const TrackFeatures track = load_track(backend, options.audio, state.config.window);
  const TrackStore store(backend, state.config.window, {{&track}}, state.statistics);
  Network network(backend, state);
  return {play(backend, {network.layout(), network.parameters(), network.statistics(), state.config.recipe.motion},
               store, whole_tracks(store).front()),
          state.config.window.frames};
}

void draw_sheet(Backend& backend, const Song& song, const RenderArguments& options, Progress& progress) {
  const Timeline timeline(song.playback, song.window_frames);
  const std::int64_t frames = song.playback.frames;
  const std::int64_t pictures = std::int64_t{options.columns} * options.rows;
  std::vector<Image> images;
  for (std::int64_t k = 0; k < pictures; ++k) {
    if (interrupted()) throw Error("stopped; nothing was written");
    // The middles of equal parts of the song.
    const std::int64_t frame = std::min(frames - 1, (2 * k + 1) * frames / (2 * pictures));
    images.push_back(render_still(backend, options.sheet, timeline.frame(frame)));
    progress.update(k + 1, pictures, 0, "");
  }
  write_png(options.output, images.size() == 1 ? images.front() : contact_sheet(images, options.columns));
}

void draw_film(Backend& backend, const Song& song, const RenderArguments& options, Progress& progress) {
  std::int64_t all = 0, held = 0;
  const auto show = [&](std::int64_t done, std::int64_t total, std::int64_t held_back) {
    all = total;
    held = held_back;
    progress.update(done, total, 0, "");
  };
  film(backend, Timeline(song.playback, song.window_frames), options.film, options.output, show, interrupted());
  progress.clear();
  spdlog::info("{} frames; the flash limiter held {} of them back", all, held);
}

void run_render(const RenderArguments& options) {
  const auto backend = start(*options.common);
  watch_for_interrupts();
  const Song song = play_song(*backend, options);
  const bool video = is_video_name(options.output);
  Progress progress("rendering", video ? "frames" : "pictures", options.common->log_level == "info");
  if (video)
    draw_film(*backend, song, options, progress);
  else
    draw_sheet(*backend, song, options, progress);
}

/// Options that only one of the two kinds of output has.
void refuse_options(const CLI::App& command, const std::vector<std::string>& names, const std::string& why) {
  for (const std::string& name : names)
    if (command.get_option(name)->count() > 0) throw CLI::ValidationError(name, why);
}

}  // namespace

void add_render(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("render", "What a network draws to a song: a video, a contact sheet or a still");
  auto options = std::make_shared<RenderArguments>();
  VideoSpec& video = options->film.video;
  command->add_option("--checkpoint", options->checkpoint, "the network")->required();
  command->add_option("audio", options->audio, "a file of music")->required();
  command
      ->add_option("-o,--output", options->output,
                   "where the video (.mp4, .mov, .mkv or .webm) or the contact sheet (.png) goes")
      ->required()
      ->check([](const std::string& name) {
        return is_video_name(name) || std::filesystem::path(name).extension() == ".png"
                   ? std::string()
                   : "only .mp4, .mov, .mkv, .webm and .png files can be written";
      });
  const auto* const width =
      command->add_option("--width", video.width, "of a picture; in a contact sheet 320 unless it is given")
          ->check(CLI::Range(16, kMostDisplaySide))
          ->capture_default_str();
  const auto* const height =
      command->add_option("--height", video.height, "of a picture; in a contact sheet 240 unless it is given")
          ->check(CLI::Range(16, kMostDisplaySide))
          ->capture_default_str();
  command->add_option("--samples", options->film.samples, "along each side of a pixel")
      ->check(CLI::Range(1, kMostDisplaySamples))
      ->capture_default_str();
  command
      ->add_option_function<std::string>(
          "--look",
          [options](const std::string& name) {
            const auto* const found = std::find(std::begin(kLookNames), std::end(kLookNames), name);
            options->film.look = static_cast<Look>(found - std::begin(kLookNames));
          },
          "how pictures look; all but classic are the app's")
      ->check(CLI::IsMember(std::vector<std::string>(std::begin(kLookNames), std::end(kLookNames))))
      ->default_str(kLookNames[0]);
  command->add_option("--fps", video.fps, "pictures of a video in a second")
      ->check(CLI::Range(1, 240))
      ->capture_default_str();
  command->add_option("--start", video.start, "second of the song at which a video begins")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  command->add_option("--duration", video.seconds, "seconds of a video; to the song's end if not given")
      ->check(CLI::Range(0.001, 1e6));
  command->add_flag("!--no-flash-limiter", options->film.limit_flashes,
                    "let a video flash more often than three times in a second");
  command->add_option("--columns", options->columns, "pictures of a contact sheet side by side")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command->add_option("--rows", options->rows, "rows of pictures of a contact sheet; one of one: a still")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  options->common = add_common_options(*command);
  command->callback([options, command, width, height] {
    VideoSpec& spec = options->film.video;
    spec.song = options->audio;
    options->sheet.samples = options->film.samples;
    options->sheet.look = options->film.look;
    if (width->count() > 0) options->sheet.width = spec.width;
    if (height->count() > 0) options->sheet.height = spec.height;
    if (is_video_name(options->output))
      refuse_options(*command, {"--columns", "--rows"}, "a video has none; they are for a .png");
    else
      refuse_options(*command, {"--fps", "--start", "--duration", "--no-flash-limiter"}, "it is for a video");
    run_render(*options);
  });
}

}  // namespace fractalsync::cli
