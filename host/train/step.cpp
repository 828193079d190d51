#include "host/train/step.h"

namespace fractalsync {

TrainingStep::TrainingStep(Backend& backend, const Recipe& recipe, const ScheduleSpec& schedule, Network& network,
                           SequenceSource& source, std::int64_t first_step, std::int64_t log_rows)
    : backend_(backend),
      recipe_(recipe),
      schedule_(schedule),
      network_(network),
      source_(source),
      next_step_(first_step),
      frames_(source.shape().frames()) {
  Memory& memory = backend.memory();
  const MlpLayout& layout = network.layout();
  const StepState state{.next = first_step};
  state_ = {memory, 1};
  upload<StepState>(backend, {&state, 1}, state_.view());
  starts_ = {memory, source.shape().sequences};
  phases_ = {memory, source.shape().sequences};
  targets_ = {memory, frames_ * kTargets};
  tape_ = {memory, layout.tape_size(frames_)};
  logits_ = {memory, frames_ * kOutputs};
  heads_ = {memory, frames_ * kHeads};
  drawn_ = {memory, frames_ * kDrawnColumns};
  metrics_ = {memory, frames_ * kMetrics};
  jacobian_ = {memory, frames_ * kMetrics * kTangents};
  previous_jacobian_ = {memory, frames_ * kTangents};
  chi_ = {memory, frames_};
  chi_gradient_ = {memory, frames_ * 2};
  grad_drawn_ = {memory, frames_ * kDrawnColumns};
  grad_heads_ = {memory, frames_ * kHeads};
  grad_logits_ = {memory, frames_ * kOutputs};
  grad_parameters_ = {memory, layout.parameter_size()};
  terms_ = {memory, kLossTerms};
  norm_ = {memory, 1};
  log_ = {memory, log_rows * kLogColumns};
  recording_ = backend.record([this] { stages(); });
}

void TrainingStep::run() {
  source_.prepare(next_step_);
  recording_->replay();
  ++next_step_;
}

void TrainingStep::stages() {
  const StepKey key{source_.seed(), state_.view()};
  const TrackStore& store = source_.store();
  const int length = source_.shape().length;
  const MlpLayout& layout = network_.layout();
  const Matrix<float> targets = targets_.matrix(frames_, kTargets), logits = logits_.matrix(frames_, kOutputs),
                      heads = heads_.matrix(frames_, kHeads), drawn = drawn_.matrix(frames_, kDrawnColumns),
                      metrics = metrics_.matrix(frames_, kMetrics),
                      jacobian = jacobian_.matrix(frames_, kMetrics * kTangents),
                      previous = previous_jacobian_.matrix(frames_, kTangents),
                      chi_gradient = chi_gradient_.matrix(frames_, 2),
                      grad_drawn = grad_drawn_.matrix(frames_, kDrawnColumns),
                      grad_heads = grad_heads_.matrix(frames_, kHeads),
                      grad_logits = grad_logits_.matrix(frames_, kOutputs);

  backend_.begin_step(schedule_, state_.view());
  backend_.draw_batch(key, source_.table(), starts_.view(), phases_.view());
  const WindowBatch windows = store.windows(starts_.view(), length);
  backend_.gather_targets(store.targets(), starts_.view(), length, targets);
  backend_.mlp_forward(layout, MlpMode::training, windows, network_.parameters(), network_.statistics(), key,
                       tape_.view(), logits);
  backend_.visual_forward(recipe_.visual, length, logits, phases_.view(), heads, drawn);
  backend_.julia_metrics(recipe_.julia, recipe_.metrics, length, drawn, {metrics, jacobian, previous});
  backend_.connectedness(recipe_.connectedness, drawn, chi_.view(), chi_gradient);
  backend_.loss(recipe_.loss,
                {length, targets, logits, heads, drawn, metrics, jacobian, previous, chi_.view(), chi_gradient},
                {terms_.view(), grad_drawn, grad_heads, grad_logits});
  backend_.visual_backward(recipe_.visual, length, heads, grad_drawn, grad_heads, grad_logits);
  backend_.mlp_backward(layout, windows, network_.parameters(), key, tape_.view(), grad_logits, grad_parameters_.view(),
                        {});
  backend_.adamw(recipe_.optimizer, key.now,
                 {network_.parameters(), grad_parameters_.view(), network_.first_moment(), network_.second_moment()},
                 norm_.view());
  backend_.record_step(key.now, terms_.view(), norm_.view(), log_.matrix(log_.size() / kLogColumns, kLogColumns));
}

}  // namespace fractalsync
