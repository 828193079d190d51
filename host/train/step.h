// One training step: the diagram, as ten calls. Owns the tape (every array that lives from forward to backward), sized
// once; a step allocates nothing.
#pragma once

#include <cstdint>

#include "backend.h"
#include "host/dataset/track_store.h"
#include "host/train/network.h"
#include "host/train/recipe.h"

namespace fractalsync {

class TrainingStep {
 public:
  /// Steps on batches of `sequences` sequences of `length` windows, drawn from `starts`.
  TrainingStep(Backend& backend, const Recipe& recipe, const MlpLayout& layout, const TrackStore& store,
               const SequenceStarts& starts, int sequences, int length, std::uint64_t seed);

  /// Step number `step` (from 0): updates the network. `terms` (backend memory, [kLossTerms]) and `norm` ([1]) receive
  /// the loss and the gradient's norm before clipping.
  void run(Network& network, std::int64_t step, float learning_rate, View<float> terms, View<float> norm);

  std::int64_t frames() const { return frames_; }

 private:
  Backend& backend_;
  Recipe recipe_;
  const TrackStore& store_;
  std::uint64_t seed_;
  int length_;
  std::int64_t frames_;

  Buffer<std::int64_t> first_frame_, last_start_, starts_;
  Buffer<float> phases_, targets_, tape_, logits_, heads_, drawn_, metrics_, jacobian_, previous_jacobian_, chi_,
      chi_gradient_, grad_drawn_, grad_heads_, grad_logits_, grad_parameters_;
};

}  // namespace fractalsync
