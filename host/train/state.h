// Everything that a run knows between two steps, in host memory: what a checkpoint holds. A run restored from it
// continues bit for bit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/evaluate/correlation.h"
#include "host/train/config.h"
#include "stages/loss.h"
#include "stages/window.h"

namespace fractalsync {

/// One finished epoch.
struct EpochRecord {
  int epoch = 0;  ///< from 1
  std::int64_t steps = 0;
  double terms[kLossTerms] = {};           ///< means over the epoch's steps
  double gradient_norm = 0;                ///< mean before clipping
  double learning_rate = 0;                ///< of the last step
  std::optional<Correlations> validation;  ///< hard: the epoch's last judgement, if it had one
};

/// What is known of an epoch that is not over: sums over its steps, and its last judgement, if it had one.
struct EpochSums {
  std::int64_t steps = 0;
  double terms[kLossTerms] = {};
  double gradient_norm = 0;
  std::optional<Correlations> validation;
};

struct TrainingState {
  TrainConfig config;
  FeatureStatistics statistics;
  /// Flat arrays in MlpLayout's padded form.
  std::vector<float> parameters, first_moment, second_moment, running_statistics;
  std::int64_t next_step = 0;  ///< steps done, the position of every random stream
  std::int64_t steps_per_epoch = 0;
  int finished_epochs = 0;
  EpochSums unfinished;
  std::vector<EpochRecord> history;
  std::optional<double> best_score;  ///< highest mean hard correlation of a judgement
  /// Files, relative to the data folder, sorted.
  std::vector<std::string> training_files, validation_files;
};

}  // namespace fractalsync
