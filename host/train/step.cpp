#include "host/train/step.h"

namespace fractalsync {

TrainingStep::TrainingStep(Backend& backend, const Recipe& recipe, const MlpLayout& layout, const TrackStore& store,
                           const SequenceStarts& starts, int sequences, int length, std::uint64_t seed)
    : backend_(backend),
      recipe_(recipe),
      store_(store),
      seed_(seed),
      length_(length),
      frames_(std::int64_t{sequences} * length) {
  Memory& memory = backend.memory();
  first_frame_ = {memory, static_cast<std::int64_t>(starts.first_frame.size())};
  last_start_ = {memory, static_cast<std::int64_t>(starts.last_start.size())};
  upload<std::int64_t>(backend, starts.first_frame, first_frame_.view());
  upload<std::int64_t>(backend, starts.last_start, last_start_.view());
  starts_ = {memory, sequences};
  phases_ = {memory, sequences};
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
}

void TrainingStep::run(Network& network, std::int64_t step, float learning_rate, View<float> terms, View<float> norm) {
  const auto number = static_cast<std::uint64_t>(step);
  const DropoutKey dropout{seed_, number};
  const MlpLayout& layout = network.layout();
  const Matrix<float> targets = targets_.matrix(frames_, kTargets), logits = logits_.matrix(frames_, kOutputs),
                      heads = heads_.matrix(frames_, kHeads), drawn = drawn_.matrix(frames_, kDrawnColumns),
                      metrics = metrics_.matrix(frames_, kMetrics),
                      jacobian = jacobian_.matrix(frames_, kMetrics * kTangents),
                      previous = previous_jacobian_.matrix(frames_, kTangents),
                      chi_gradient = chi_gradient_.matrix(frames_, 2),
                      grad_drawn = grad_drawn_.matrix(frames_, kDrawnColumns),
                      grad_heads = grad_heads_.matrix(frames_, kHeads),
                      grad_logits = grad_logits_.matrix(frames_, kOutputs);

  backend_.draw_batch({seed_, number}, {first_frame_.view(), last_start_.view()}, starts_.view(), phases_.view());
  const WindowBatch windows = store_.windows(starts_.view(), length_);
  backend_.gather_targets(store_.targets(), starts_.view(), length_, targets);
  backend_.mlp_forward(layout, MlpMode::training, windows, network.parameters(), network.statistics(), dropout,
                       tape_.view(), logits);
  backend_.visual_forward(recipe_.visual, length_, logits, phases_.view(), heads, drawn);
  backend_.julia_metrics(recipe_.julia, recipe_.metrics, length_, drawn, {metrics, jacobian, previous});
  backend_.connectedness(recipe_.connectedness, drawn, chi_.view(), chi_gradient);
  backend_.loss(recipe_.loss,
                {length_, targets, logits, heads, drawn, metrics, jacobian, previous, chi_.view(), chi_gradient},
                {terms, grad_drawn, grad_heads, grad_logits});
  backend_.visual_backward(recipe_.visual, length_, heads, grad_drawn, grad_heads, grad_logits);
  backend_.mlp_backward(layout, windows, network.parameters(), dropout, tape_.view(), grad_logits,
                        grad_parameters_.view(), {});
  backend_.adamw(recipe_.optimizer, step + 1, learning_rate,
                 {network.parameters(), grad_parameters_.view(), network.first_moment(), network.second_moment()},
                 norm);
}

}  // namespace fractalsync
