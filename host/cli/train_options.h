// The options of `train` that host/train/options.h lists, on the command line.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "host/train/job.h"

namespace fractalsync::cli {

/// Said of an option that contradicts the checkpoint.
inline constexpr const char* kResumedKeepsItsOwn =
    "the run to resume has another value, and keeps it; leave this option out";

class TrainOptions {
 public:
  /// Adds them; parsing sets `job`, which must live as long as the command. The configuration is complete once `finish`
  /// ran.
  static std::shared_ptr<TrainOptions> add_to(CLI::App& command, JobOptions& job);

  /// Settles what depends on several options. Throws CLI::ValidationError for values that cannot be.
  void finish(std::uint64_t seed);

  /// What is asked for must be what a run that is resumed already is; only its number of epochs may differ. Throws
  /// CLI::ValidationError that names the first option that contradicts `run`.
  void check_against(const TrainConfig& run);

 private:
  explicit TrainOptions(JobOptions& job) : job_(job) {}

  /// Remembers an option that a run keeps from its first step to its last.
  template <class T>
  void keep(CLI::Option& option, const std::function<T()>& value);

  JobOptions& job_;
  CLI::Option* iterations_ = nullptr;
  /// Each with a function that sets its value by it once more, and tells whether that was a change.
  std::vector<std::pair<CLI::Option*, std::function<bool()>>> kept_;
};

}  // namespace fractalsync::cli
