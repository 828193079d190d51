// The options of `train` that make up the configuration of a run.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "host/train/config.h"

namespace fractalsync::cli {

/// Said of an option that contradicts the checkpoint.
inline constexpr const char* kResumedKeepsItsOwn =
    "the run to resume has another value, and keeps it; leave this option out";

/// Adds them; the configuration is complete once `finish` ran.
class TrainOptions {
 public:
  static std::shared_ptr<TrainOptions> add_to(CLI::App& command);

  /// Settles what depends on several options. Throws CLI::ValidationError for values that cannot be.
  TrainConfig finish(std::uint64_t seed) const;

  /// What is asked for must be what a run that is resumed already is; only its number of epochs may differ. Throws
  /// CLI::ValidationError that names the first option that contradicts `run`.
  void check_against(const TrainConfig& run);

 private:
  /// Remembers an option that a run keeps from its first step to its last.
  template <class T>
  CLI::Option& keep(CLI::Option& option, T& value);

  TrainConfig config_;
  CLI::Option* iterations_ = nullptr;
  /// Each with a function that sets config_ by it once more, and tells whether that was a change.
  std::vector<std::pair<CLI::Option*, std::function<bool()>>> kept_;
};

}  // namespace fractalsync::cli
