// The folder of runs: one folder per run, named by the time it was started, with checkpoints, history, the preview
// network, and a record of what was asked for and what became of it (run.json).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host/io/descriptor.h"
#include "host/serve/http.h"
#include "host/train/state.h"

namespace fractalsync::serve {

struct RunRecord {
  std::string run;
  std::string status;  ///< training, completed, error, stopped
  std::string started, ended;
  std::string data_dir;
  Json options = Json::object();  ///< as asked for
  int epochs = 0, total_epochs = 0;
  std::string error;
  Json music, unreadable = Json::array(), judgements = Json::array(), held_out;
  std::vector<std::string> models;
};

Json to_json(const RunRecord& record);

class RunStore {
 public:
  /// Makes the folder and takes hold of it. Throws Error when that fails, or another server has it.
  explicit RunStore(const std::filesystem::path& folder);

  /// A folder for a new run; returns its name.
  std::string create();
  std::filesystem::path folder(const std::string& run) const { return folder_ / run; }
  const std::filesystem::path& root() const { return folder_; }

  void write(const RunRecord& record) const;
  /// Nothing when there is no such run, or its record is damaged.
  std::optional<RunRecord> read(const std::string& run) const;
  /// Newest first.
  std::vector<RunRecord> list() const;
  void remove(const std::string& run) const;

  /// The epochs of a run so far: what run_training_job wrote.
  Json history(const std::string& run) const;
  /// The checkpoint that is furthest, not counting a damaged one; nothing when there is none.
  std::optional<TrainingState> furthest(const std::string& run) const;
  /// The newest run, if it is one that broke off.
  std::optional<RunRecord> broken_off() const;

 private:
  std::filesystem::path folder_;
  Descriptor lock_;
};

}  // namespace fractalsync::serve
