// The main job: from a folder of music to checkpoints. Reads the music, splits it by file, trains, judges, saves; a
// command line or a server watches it through a JobObserver.
#pragma once

#include <atomic>
#include <filesystem>
#include <optional>

#include "backend.h"
#include "host/evaluate/evaluation.h"
#include "host/train/music.h"
#include "host/train/trainer.h"

namespace fractalsync {

struct JobOptions {
  MusicOptions music;
  std::filesystem::path save_dir = "checkpoints";
  int save_every = 10;  ///< epochs between checkpoints
  TrainConfig config;
  std::int64_t music_in_memory =
      kMusicInMemory;  ///< bytes; what is trained on does not depend on it (sequence_source.h)
  /// Continue this run; `config` is then the run's own, but for the number of epochs.
  std::optional<TrainingState> resume;
};

class JobObserver {
 public:
  virtual ~JobObserver() = default;
  virtual void files_done(std::int64_t done, std::int64_t total) = 0;
  virtual void music_ready(const Music& music, const TrainingState& start) = 0;
  /// After every step; `trainer.live()` has the loss so far, `trainer.judgement()` what was judged.
  virtual void stepped(Trainer& trainer) = 0;
  virtual void saved(const std::filesystem::path& checkpoint) = 0;
  /// The best network is about to be judged in the end: whom to tell of each track; nobody, if empty.
  virtual TrackJudged judging(const TrainingState& best) = 0;
};

struct JobResult {
  bool complete = false;             ///< false: stopped; `checkpoint` continues it
  std::filesystem::path checkpoint;  ///< the best one, or the one to resume from
  Evaluation held_out;               ///< of the best network, on the files it never saw
  bool judged = false;               ///< false: stopped before all of those files were judged
  bool judged_on_training = false;   ///< there was but one file: nothing could be held out
  std::vector<UnreadableFile> unreadable;
};

/// Runs until the last epoch, or until `stop` is set: then saves what resumes bit for bit and returns. Throws Error,
/// before it makes anything, when the music cannot be trained on, and when a run that is resumed has lost its best
/// network.
JobResult run_training_job(Backend& backend, const JobOptions& options, JobObserver& observer,
                           const std::atomic<bool>& stop);

/// Judges a network on whole tracks; stops early (with the tracks done) once `stop` is set.
Evaluation evaluate_tracks(Backend& backend, const TrainingState& state, const std::vector<TrackFeatures>& tracks,
                           const FilesDone& done, const std::atomic<bool>& stop, const TrackJudged& judged = {});

}  // namespace fractalsync
