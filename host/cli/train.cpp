// `fractalsync train`: the main job.
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "host/checkpoint/checkpoint.h"
#include "host/cli/commands.h"
#include "host/cli/common.h"
#include "host/cli/progress.h"
#include "host/cli/shell.h"
#include "host/cli/train_options.h"
#include "host/evaluate/report.h"
#include "host/io/folder.h"
#include "host/train/export_model.h"
#include "host/train/job.h"
#include "host/train/options.h"

namespace fractalsync::cli {
namespace {

struct TrainArguments {
  std::shared_ptr<CommonOptions> common;
  std::shared_ptr<TrainOptions> train;
  JobOptions job = default_options();
  std::string cache_dir = "data/cache";
  bool no_cache = false;
  std::string checkpoint;
  bool export_onnx = false;
  std::string onnx_dir = "models";
  bool json = false;
  std::vector<std::string> words;  ///< the command line
};

/// The loss and, of its weighted terms, the correlations.
std::string summary(const EpochSums& sums, const LossSpec& loss) {
  const double n = static_cast<double>(std::max<std::int64_t>(sums.steps, 1));
  const auto shown = [&](LossTerm term, float weight) {
    return weight != 0 ? -sums.terms[term] / (n * double{weight}) : 0;
  };
  char text[160];
  std::snprintf(text, sizeof text, "loss %.3f  hue %.2f  flux %.2f  rms %.2f  edges %.2f", sums.terms[kTotalLoss] / n,
                shown(kTimbreColor, loss.centroid_hue), shown(kTransientImpact, loss.flux_change),
                shown(kSilenceStillness, loss.rms_change), shown(kDistortionRoughness, loss.zcr_edges));
  return text;
}

class Console : public JobObserver {
 public:
  explicit Console(bool visible) : files_("music", "files", visible), steps_("training", "steps", visible) {}

  void files_done(std::int64_t done, std::int64_t total) override {
    files_.update(done, total, 0, "");
    if (done == total) files_.clear();
  }
  void music_ready(const Music& music, const TrainingState& start) override {
    std::int64_t frames = 0;
    for (const TrackFeatures& track : music.tracks) frames += track.frames();
    spdlog::info("music: {} files, {:.1f} minutes; {} to train on, {} held out", music.tracks.size(),
                 static_cast<double>(frames) * kHop / kSampleRate / 60, start.training_files.size(),
                 start.validation_files.size());
    before_ = start.next_step;
    if (before_ > 0) spdlog::info("resuming after epoch {} (step {})", start.finished_epochs, start.next_step);
  }
  void stepped(Trainer& trainer) override {
    if (trainer.judgement()) show_judgement(trainer, *trainer.judgement());
    if (!steps_.due()) return;
    steps_.update(trainer.done_steps(), trainer.total_steps(), before_, summary(trainer.live(), trainer.recipe().loss));
  }
  void saved(const std::filesystem::path& checkpoint) override { spdlog::debug("saved {}", checkpoint.string()); }
  TrackJudged judging(const TrainingState&) override { return {}; }
  void clear() {
    files_.clear();
    steps_.clear();
  }

 private:
  void show_judgement(const Trainer& trainer, const Correlations& judged) {
    steps_.clear();
    const auto shown = [&](Pair pair) { return judged.pair[pair].value_or(0); };
    spdlog::info("step {:>6}/{}  held out: hue {:.2f}  flux {:.2f}  rms {:.2f}  edges {:.2f}{}", trainer.done_steps(),
                 trainer.total_steps(), shown(kCentroidHue), shown(kFluxChange), shown(kRmsChange), shown(kZcrEdges),
                 trainer.improved() ? "  (best so far)" : "");
  }

  Progress files_, steps_;
  std::int64_t before_ = 0;
};

void report_unreadable(const std::vector<UnreadableFile>& files) {
  if (files.empty()) return;
  spdlog::warn("{} could not be used:", files.size() == 1 ? "one file" : std::to_string(files.size()) + " files");
  for (const UnreadableFile& file : files) spdlog::warn("  {}", file.reason);
}

/// The same command again, but from `checkpoint` on.
std::string continuing(const std::vector<std::string>& words, const std::filesystem::path& checkpoint) {
  std::vector<std::string> again;
  for (std::size_t k = 0; k < words.size(); ++k) {
    if (words[k] == "--checkpoint")
      ++k;  // and its value
    else if (!words[k].starts_with("--checkpoint="))
      again.push_back(words[k]);
  }
  again.insert(again.end(), {"--checkpoint", checkpoint.string()});
  return shell_command(again);
}

/// Reads the checkpoint to resume. A resumed run is the run it was; only its end may move.
TrainingState resumed(TrainArguments& options, const CLI::App& command, int epochs) {
  TrainingState state = read_checkpoint(options.checkpoint);
  options.train->check_against(state.config);
  if (command.count("--seed") > 0 && options.common->seed != state.config.seed)
    throw CLI::ValidationError("--seed", kResumedKeepsItsOwn);
  if (command.count("--epochs") > 0) state.config.epochs = epochs;
  if (state.finished_epochs >= state.config.epochs)
    throw Error("'" + options.checkpoint + "' has all its " + std::to_string(state.config.epochs) +
                " epochs behind it; --epochs can ask for more");
  return state;
}

void run_train(TrainArguments& options, const CLI::App& command) {
  options.train->finish(options.common->seed);
  const auto backend = start(*options.common);
  options.job.music.threads = options.common->threads;
  if (!options.no_cache) options.job.music.cache = options.cache_dir;
  if (!options.checkpoint.empty()) options.job.resume = resumed(options, command, options.job.config.epochs);
  // Before the training, since it would be in vain.
  if (options.export_onnx) make_folders(options.onnx_dir);
  watch_for_interrupts();
  Console console(options.common->log_level == "info" || options.common->log_level == "debug");
  const JobResult result = run_training_job(*backend, options.job, console, interrupted());
  console.clear();
  if (!result.complete) {
    report_unreadable(result.unreadable);
    throw Error(result.checkpoint.empty() ? "stopped before the first step; nothing to save"
                                          : "stopped; continue with: " + continuing(options.words, result.checkpoint));
  }
  if (!result.judged)
    throw Error("stopped; the training is complete, but '" + result.checkpoint.string() +
                "' was not judged on all files held out (fractalsync evaluate does that)");
  std::printf("%s, by %s:\n%s",
              result.judged_on_training ? "The training file (nothing was held out)" : "Held-out files",
              result.checkpoint.string().c_str(), evaluation_table(result.held_out).c_str());
  if (options.export_onnx) {
    const std::filesystem::path folder = options.onnx_dir;
    const ExportModel model = export_model(read_checkpoint(result.checkpoint));
    export_model_files(*backend, model, folder / "model.onnx");
    std::printf("exported and verified %s\n", (folder / "model.onnx").string().c_str());
    if (has_pipeline(model.window)) {
      export_pipeline_files(*backend, model, folder / "pipeline.onnx");
      std::printf("exported and verified %s\n", (folder / "pipeline.onnx").string().c_str());
    } else {
      std::printf("no pipeline.onnx: with deltas it needs windows of at least %d frames\n", kDeltaLag + 1);
    }
  }
  report_unreadable(result.unreadable);
  if (options.json) std::printf("%s\n", evaluation_json(result.held_out).c_str());
}

}  // namespace

void add_train(CLI::App& app, const std::vector<std::string>& words) {
  CLI::App* command = app.add_subcommand("train", "Train on a folder of music");
  auto options = std::make_shared<TrainArguments>();
  command->add_option("--data-dir", options->job.music.folder, "folder of music, searched recursively")
      ->capture_default_str()
      ->default_str("data/audio");
  options->job.music.folder = "data/audio";
  options->words = words;
  command->add_option("--cache-dir", options->cache_dir, "where features are kept between runs")->capture_default_str();
  command->add_flag("--no-cache", options->no_cache, "do not keep features");
  command->add_option("--save-dir", options->job.save_dir, "where checkpoints and history go")
      ->default_str("checkpoints");
  command->add_option("--checkpoint", options->checkpoint, "resume from this checkpoint");
  command->add_flag("--export-onnx", options->export_onnx, "export the best network when done");
  command->add_option("--onnx-output-dir", options->onnx_dir, "where model.onnx goes")->capture_default_str();
  command->add_flag("--json", options->json, "end with the evaluation as one JSON object");
  options->train = TrainOptions::add_to(*command, options->job);
  options->common = add_common_options(*command);
  command->callback([options, command] { run_train(*options, *command); });
}

}  // namespace fractalsync::cli
