// One training step: the diagram, as a dozen calls, recorded once and replayed. Owns the tape (every array that lives
// from forward to backward), sized once; a step allocates nothing, and, where all music is in memory, the host tells it
// nothing and waits for nothing: the step's number and learning rate live beside the tape.
#pragma once

#include <cstdint>
#include <memory>

#include "backend.h"
#include "host/train/network.h"
#include "host/train/recipe.h"
#include "host/train/sequence_source.h"

namespace fractalsync {

class TrainingStep {
 public:
  /// Steps of `network`, from number `first_step` of `schedule` on, on what `source` gives. The last `log_rows` steps
  /// are remembered. All that is referred to must outlive this.
  TrainingStep(Backend& backend, const Recipe& recipe, const ScheduleSpec& schedule, Network& network,
               SequenceSource& source, std::int64_t first_step, std::int64_t log_rows);
  TrainingStep(const TrainingStep&) = delete;  // the recording refers to it
  TrainingStep& operator=(const TrainingStep&) = delete;

  /// Does the next step: updates the network, and row (step % log_rows) of the log. Throws what SequenceSource::prepare
  /// throws.
  void run();

  std::int64_t frames() const { return frames_; }
  /// [log_rows, kLossTerms + 1] (backend memory): the loss terms and the gradient's norm before clipping.
  Matrix<const float> log() const { return {log_.data(), log_.size() / kLogColumns, kLogColumns}; }

  static constexpr std::int64_t kLogColumns = kLossTerms + 1;

 private:
  void stages();

  // What the formulations do differently: from logits to what is drawn, and back.
  template <class Motion>
  void stages(const Motion& motion);
  void move(const VisualSpec& motion);
  void move(const AtlasSpec& motion);
  void judge_connectedness(const VisualSpec& motion);
  void judge_connectedness(const AtlasSpec& motion);
  void move_back(const VisualSpec& motion);
  void move_back(const AtlasSpec& motion);

  const TrackStore& store() const { return source_.store(); }
  int length() const { return source_.shape().length; }
  int phases() const { return formulation_of(recipe_.motion) == Formulation::atlas ? kAtlasPhases : 1; }
  Matrix<float> heads() { return heads_.matrix(frames_, kHeads); }
  Matrix<float> drawn() { return drawn_.matrix(frames_, kDrawnColumns); }
  Matrix<float> logits() { return logits_.matrix(frames_, kOutputs); }
  Matrix<float> targets() { return targets_.matrix(frames_, kTargets); }

  Backend& backend_;
  Recipe recipe_;
  ScheduleSpec schedule_;
  Network& network_;
  SequenceSource& source_;
  std::int64_t next_step_;
  std::int64_t frames_;

  Buffer<StepState> state_;
  Buffer<std::int64_t> starts_;
  Buffer<float> phases_, targets_, tape_, logits_, heads_, drawn_, metrics_, jacobian_, previous_jacobian_, chi_,
      chi_gradient_, grad_drawn_, grad_heads_, grad_logits_, grad_parameters_, terms_, norm_, log_;
  std::unique_ptr<Recording> recording_;
};

}  // namespace fractalsync
