// `fractalsync evaluate`: correlations of a checkpoint on a folder of music.
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "host/checkpoint/checkpoint.h"
#include "host/cli/commands.h"
#include "host/cli/common.h"
#include "host/cli/progress.h"
#include "host/evaluate/report.h"
#include "host/io/atomic_file.h"
#include "host/io/folder.h"
#include "host/report/page.h"
#include "host/train/job.h"

namespace fractalsync::cli {
namespace {

struct EvaluateArguments {
  std::shared_ptr<CommonOptions> common;
  std::string checkpoint, report;
  MusicOptions music;
  std::string cache_dir = "data/cache";
  bool no_cache = false;
  bool json = false;
};

void run_evaluate(EvaluateArguments& options) {
  const auto backend = start(*options.common);
  const TrainingState state = read_checkpoint(options.checkpoint);
  options.music.threads = options.common->threads;
  if (!options.no_cache) options.music.cache = options.cache_dir;
  const std::filesystem::path report = options.report;
  if (report.has_parent_path()) make_folders(report.parent_path());
  if (!report.empty()) check_writable(report.parent_path());
  watch_for_interrupts();
  const bool visible = options.common->log_level == "info" || options.common->log_level == "debug";
  Progress files("music", "files", visible), tracks("judging", "tracks", visible);
  const Music music = load_music(
      *backend, options.music, state.config.window,
      [&](std::int64_t done, std::int64_t total) { files.update(done, total, 0, ""); }, interrupted());
  files.clear();
  report::Page page(*backend, state, options.checkpoint);
  TrackJudged judged;
  if (!report.empty())
    judged = [&](const TrackEvaluation& track, const TrackSeries& series) { page.add(track, series); };
  const Evaluation evaluation = evaluate_tracks(
      *backend, state, music.tracks, [&](std::int64_t done, std::int64_t total) { tracks.update(done, total, 0, ""); },
      interrupted(), judged);
  tracks.clear();
  for (const UnreadableFile& file : music.unreadable) spdlog::warn("not used: {}", file.reason);
  if (interrupted()) throw Error("stopped before all tracks were judged");
  if (!report.empty()) write_file_atomically(report, page.html(evaluation));
  std::fputs(evaluation_table(evaluation).c_str(), stdout);
  if (options.json) std::printf("%s\n", evaluation_json(evaluation).c_str());
}

}  // namespace

void add_evaluate(CLI::App& app) {
  CLI::App* command = app.add_subcommand("evaluate", "Judge a checkpoint on a folder of music");
  auto options = std::make_shared<EvaluateArguments>();
  command->add_option("--checkpoint", options->checkpoint, "the network to judge")->required();
  command->add_option("--data-dir", options->music.folder, "folder of music, searched recursively")->required();
  command->add_option("--max-files", options->music.max_files, "use the first so many files; 0: all")
      ->check(CLI::Range(0, 1 << 30))
      ->capture_default_str();
  command->add_option("--cache-dir", options->cache_dir, "where features are kept between runs")->capture_default_str();
  command->add_flag("--no-cache", options->no_cache, "do not keep features");
  command->add_option("--report", options->report, "a page with figures and pictures: where the .html goes");
  command->add_flag("--json", options->json, "end with one JSON object");
  options->common = add_common_options(*command);
  command->callback([options] { run_evaluate(*options); });
}

}  // namespace fractalsync::cli
