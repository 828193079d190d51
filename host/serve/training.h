// One training job at a time, in a thread of its own: started, watched, stopped, resumed, and at its end exported.
#pragma once

#include <atomic>
#include <optional>
#include <thread>

#include "host/serve/music_folder.h"
#include "host/serve/status_board.h"
#include "host/train/job.h"

namespace fractalsync::serve {

struct TrainingSetup {
  std::string device = "auto";
  int threads = 0;              ///< of the job; 0: one per processor
  std::uint64_t seed = 0;       ///< where a request names none
  std::filesystem::path cache;  ///< of features; empty: none
  std::filesystem::path save_dir = "checkpoints", model_dir = "models";
};

inline constexpr const char* kPreviewFile = "preview.onnx";
inline constexpr const char* kReportFile = "report.html";

/// The pipeline of the best network of a run so far.
struct Preview {
  Descriptor file;
  std::int64_t step = 0;  ///< by which it was judged the best
};

class Training {
 public:
  /// Throws Error when the folder of runs cannot be used.
  Training(const TrainingSetup& setup, const MusicFolder& music);
  /// Stops the job, which saves what can be resumed, and waits for it.
  ~Training();

  /// `request` fits start_schema. Throws HttpError: 400 when a job runs, 422 when the values cannot be.
  void start(const Json& request);
  /// Throws HttpError: 400 when a job runs, 409 when there is nothing to resume.
  void resume();
  /// Throws HttpError(409) when no job runs.
  void stop();
  /// The same as the destructor does, for whoever wants it done earlier.
  void shut_down();

  const StatusBoard& board() const { return board_; }
  const RunStore& runs() const { return runs_; }
  /// Throws HttpError: 404, 409 for the run whose job runs.
  void remove_run(const std::string& run);
  /// Of the current run, or of the newest one; nothing before its first judgement.
  std::optional<Preview> preview() const;
  /// The page of what a run's network was judged by; nothing when there is none.
  std::optional<Descriptor> report(const std::string& run) const;

 private:
  class Watcher;

  void launch(JobOptions job, RunRecord record, std::optional<TrainingState> from);
  void run(const JobOptions& job);
  void finish(Backend& backend, const Watcher& watcher, const JobResult& result);
  void export_models(Backend& backend, const std::filesystem::path& checkpoint);
  void end(const std::string& status, const std::string& error);
  void find_resumable();
  std::string for_clients(const std::string& sentence) const;
  RunRecord record() const;

  TrainingSetup setup_;
  const MusicFolder& music_;
  RunStore runs_;
  StatusBoard board_;
  std::mutex starting_;  ///< one start, resume or removal at a time
  std::thread thread_;
  std::atomic<bool> running_{false}, stop_{false}, closed_{false};
};

}  // namespace fractalsync::serve
