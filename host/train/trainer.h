// Runs training steps, one at a time, and keeps the run's books: epochs, history, validation, the best score. Whoever
// drives it (a command, a server) decides when to save, what to show and when to stop.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "backend.h"
#include "host/evaluate/evaluation.h"
#include "host/train/network.h"
#include "host/train/sequence_source.h"
#include "host/train/state.h"
#include "host/train/step.h"

namespace fractalsync {

/// Whole sequences of at most config.sequence_length windows, as many as fit in config.batch_size, none longer than the
/// longest track. Throws Error when there is nothing left to correlate.
BatchShape batch_shape(const TrainConfig& config, std::int64_t longest_track_windows);

inline constexpr int kShortestSequence = 8;  ///< windows; fewer do not make a correlation

/// What a training reads, and what for.
struct TrainingTracks {
  std::vector<TrackVersion> training;
  /// The training tracks at other loudnesses and pitches, or muted: sequences are drawn from them too, but an epoch is a
  /// pass over `training`.
  std::vector<TrackVersion> varied;
  std::vector<TrackVersion> validation;  ///< judged by; when there are none, the training tracks are

  /// All that sequences are drawn from, and statistics taken of.
  std::vector<TrackVersion> drawn_from() const;
};

class Trainer {
 public:
  /// Continues `state` (fresh from initialise_network, or restored) on `tracks`, which must outlive this. Music that
  /// takes more than `bytes_in_memory` stays where it is (sequence_source.h).
  Trainer(Backend& backend, const TrainingTracks& tracks, TrainingState state,
          std::int64_t bytes_in_memory = kMusicInMemory);

  bool finished() const { return state_.next_step >= total_steps(); }
  std::int64_t done_steps() const { return state_.next_step; }
  std::int64_t total_steps() const { return state_.steps_per_epoch * state_.config.epochs; }
  std::int64_t frames_per_step() const { return step_.frames(); }

  /// One step. Returns the epoch's record when it was the last of an epoch. Throws Error when an epoch had more
  /// unusable steps (non-finite gradients, which change nothing) than usable ones.
  std::optional<EpochRecord> step();

  /// The hard correlations on the validation tracks, if the network was judged after the step just done: every
  /// steps_between_validations() steps and at the end.
  const std::optional<Correlations>& judgement() const { return judgement_; }
  /// True when no judgement before was clearly better than that one.
  bool improved() const { return improved_; }
  const std::vector<EpochRecord>& history() const { return state_.history; }
  int finished_epochs() const { return state_.finished_epochs; }
  int epochs() const { return state_.config.epochs; }
  const Recipe& recipe() const { return state_.config.recipe; }
  /// Sums of the loss terms of the current epoch's steps so far.
  EpochSums live();
  /// Everything, as of now.
  TrainingState snapshot();
  PlayableNetwork playable();

 private:
  /// Counts the steps of an epoch, and checks that the music is the one the state was made with.
  ScheduleSpec count_steps(const std::vector<TrackVersion>& training);
  /// The excerpts of `tracks` to judge by.
  void collect();
  std::int64_t steps_between_validations() const;
  Correlations validate();
  void judge();
  EpochRecord close_epoch();

  Backend& backend_;
  TrainingState state_;
  Network network_;
  SequenceSource source_;
  ScheduleSpec schedule_;
  TrackStore excerpts_;  ///< to judge by
  std::int64_t log_rows_;
  TrainingStep step_;
  std::int64_t first_row_, rows_ = 0;  ///< of the step's log: not collected yet
  std::optional<Correlations> judgement_;
  bool improved_ = false;
};

/// Chooses round(fraction * files) of the files (at least one, when there are two or more and the fraction is not 0;
/// never all) by the seed. Returns which.
std::vector<bool> choose_validation_files(std::size_t files, double fraction, std::uint64_t seed);

}  // namespace fractalsync
