#include "host/train/job.h"

#include <algorithm>

#include "host/checkpoint/checkpoint.h"
#include "host/dataset/statistics.h"
#include "host/io/folder.h"
#include "host/train/history.h"

namespace fractalsync {
namespace {

/// Other music may be louder than what the network was trained on, or have higher tones or noises, and a network is
/// wrong beyond what it has seen: it is trained on these variations of each track as well.
constexpr struct {
  float louder_by;  // decibels
  float pitch;
} kVariations[] = {{-6, 1.5f}, {6, 2.0f}, {12, 0.7f}};

/// Which files are for what, as indices into music.tracks.
struct Split {
  std::vector<std::size_t> training, validation;
};

/// Splits by file and records the names in `state`.
Split split_anew(const Music& music, TrainingState& state) {
  Split split;
  const std::vector<bool> held_out =
      choose_validation_files(music.tracks.size(), state.config.validation_fraction, state.config.seed);
  for (std::size_t k = 0; k < held_out.size(); ++k) {
    (held_out[k] ? split.validation : split.training).push_back(k);
    (held_out[k] ? state.validation_files : state.training_files).push_back(music.tracks[k].name);
  }
  return split;
}

/// The split that a checkpoint recorded. Throws Error when a file is gone: the run would not be the same.
Split split_as_before(const Music& music, const TrainingState& state) {
  const auto find = [&](const std::vector<std::string>& names) {
    std::vector<std::size_t> found;
    for (const std::string& name : names) {
      const auto at = std::find_if(music.tracks.begin(), music.tracks.end(),
                                   [&](const TrackFeatures& track) { return track.name == name; });
      if (at == music.tracks.end())
        throw Error("cannot resume: '" + name + "', which the run was trained on, is not in the music folder any more");
      found.push_back(static_cast<std::size_t>(at - music.tracks.begin()));
    }
    return found;
  };
  return {find(state.training_files), find(state.validation_files)};
}

TrainingState fresh_state(const TrainConfig& config) {
  TrainingState state;
  state.config = config;
  state.config.recipe.network.input = config.window.input();
  initialise_network(state);
  return state;
}

TrainingTracks training_tracks(const Music& music, const Split& split, Formulation formulation) {
  TrainingTracks tracks;
  for (const std::size_t k : split.training) tracks.training.push_back({&music.tracks[k]});
  for (const auto& [louder_by, pitch] : kVariations)
    for (const std::size_t k : split.training)
      tracks.varied.push_back({.track = &music.tracks[k], .louder_by = louder_by, .pitch = pitch});
  // Songs seldom fall silent for long. The atlas formulation, in which even a quiet picture travels, is trained on
  // every second track without loudness and flux, too.
  if (formulation == Formulation::atlas)
    for (std::size_t n = 0; n < split.training.size(); n += 2)
      tracks.varied.push_back({.track = &music.tracks[split.training[n]], .muted = true});
  for (const std::size_t k : split.validation) tracks.validation.push_back({&music.tracks[k]});
  return tracks;
}

/// Nothing can follow a sound in which nothing changes.
void check_that_music_changes(const FeatureStatistics& statistics) {
  for (int target = 0; target < kTargets; ++target)
    if (statistics.std[static_cast<std::size_t>(target)] > 0) return;
  throw Error("nothing changes in the music to train on (is it silent?): there is nothing to learn from it");
}

class Saver {
 public:
  Saver(const JobOptions& options, JobObserver& observer) : options_(options), observer_(observer) {
    check_best();
    make_folders(options.save_dir);
  }

  std::filesystem::path best() const { return options_.save_dir / "best.ckpt"; }

  std::filesystem::path epoch(Trainer& trainer) {
    const TrainingState state = trainer.snapshot();
    return save(options_.save_dir / ("checkpoint_epoch_" + std::to_string(state.finished_epochs) + ".ckpt"), state);
  }
  std::filesystem::path interrupted(Trainer& trainer) {
    return save(options_.save_dir / "interrupted.ckpt", trainer.snapshot());
  }
  /// What a step leaves behind: the best network whenever it improves; a checkpoint and the history by epoch.
  void after(Trainer& trainer, const std::optional<EpochRecord>& record) {
    if (trainer.improved()) save(best(), trainer.snapshot());
    if (!record) return;
    // The history first: a run that ends in between resumes from the checkpoint before, and writes it again.
    write_history(options_.save_dir / "training_history.json", trainer.history());
    if (record->epoch % options_.save_every == 0 || trainer.finished()) epoch(trainer);
  }

 private:
  /// A run that had a best network ends with that one unless a better one comes: it must be at hand.
  void check_best() const {
    if (!options_.resume || !options_.resume->best_score) return;
    if (!std::filesystem::exists(best()))
      throw Error("cannot resume: the best network of the run so far, '" + best().string() +
                  "', is not there; --save-dir must be the folder that the run was saved to");
    if (!of_one_run(read_checkpoint(best()), *options_.resume))
      throw Error("cannot resume: '" + best().string() +
                  "' is of another run; --save-dir must be the folder that the "
                  "run was saved to");
  }

  std::filesystem::path save(const std::filesystem::path& path, const TrainingState& state) {
    write_checkpoint(path, state);
    observer_.saved(path);
    return path;
  }

  const JobOptions& options_;
  JobObserver& observer_;
};

/// The tracks to judge by in the end.
std::vector<TrackFeatures> judges_of(const Music& music, const Split& split) {
  std::vector<TrackFeatures> judges;
  for (const std::size_t k : split.validation.empty() ? split.training : split.validation)
    judges.push_back(music.tracks[k]);
  return judges;
}

}  // namespace

JobResult run_training_job(Backend& backend, const JobOptions& options, JobObserver& observer,
                           const std::atomic<bool>& stop) {
  const WindowSpec window = (options.resume ? options.resume->config : options.config).window;
  const Music music = load_music(
      backend, options.music, window, [&](std::int64_t done, std::int64_t total) { observer.files_done(done, total); },
      stop);
  JobResult result;
  result.unreadable = music.unreadable;
  if (stop) return result;

  TrainingState state = options.resume ? *options.resume : fresh_state(options.config);
  const Split split = options.resume ? split_as_before(music, state) : split_anew(music, state);
  observer.music_ready(music, state);
  const TrainingTracks tracks = training_tracks(music, split, formulation_of(state.config.recipe.motion));
  if (!options.resume) state.statistics = take_statistics(backend, window, tracks.drawn_from());
  const FeatureStatistics statistics = state.statistics;

  {
    Trainer trainer(backend, tracks, std::move(state), options.music_in_memory);
    check_that_music_changes(statistics);
    Saver saver(options, observer);
    while (!trainer.finished()) {
      if (stop) {
        result.checkpoint = saver.interrupted(trainer);
        return result;
      }
      const std::optional<EpochRecord> record = trainer.step();
      saver.after(trainer, record);
      observer.stepped(trainer);
    }
    result.checkpoint = saver.best();
  }
  result.complete = true;
  result.judged_on_training = split.validation.empty();
  const std::vector<TrackFeatures> judges = judges_of(music, split);
  const TrainingState best = read_checkpoint(result.checkpoint);
  result.held_out = evaluate_tracks(
      backend, best, judges, [&](std::int64_t done, std::int64_t total) { observer.files_done(done, total); }, stop,
      observer.judging(best));
  result.judged = result.held_out.tracks.size() == judges.size();
  return result;
}

Evaluation evaluate_tracks(Backend& backend, const TrainingState& state, const std::vector<TrackFeatures>& tracks,
                           const FilesDone& done, const std::atomic<bool>& stop, const TrackJudged& judged) {
  Network network(backend, state);
  const PlayableNetwork playable{network.layout(), network.parameters(), network.statistics(),
                                 state.config.recipe.motion};
  Evaluation evaluation;
  for (const TrackFeatures& track : tracks) {
    if (stop) break;
    // One track at a time: evaluation needs no more memory than its longest track.
    const TrackStore store(backend, state.config.window, {{&track}}, state.statistics);
    const TrackStore quiet(backend, state.config.window, {{.track = &track, .muted = true}}, state.statistics);
    evaluation.tracks.push_back(
        evaluate_track(backend, playable, state.config.recipe, store, quiet, whole_tracks(store).front(), judged));
    done(static_cast<std::int64_t>(evaluation.tracks.size()), static_cast<std::int64_t>(tracks.size()));
  }
  return evaluation;
}

}  // namespace fractalsync
