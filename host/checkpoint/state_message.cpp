// The state of a run as messages: arrays become named tensors without padding, and must be those of the network's
// layout when they come back.
#include <algorithm>
#include <cmath>

#include "core/check.h"
#include "host/checkpoint/message.h"

namespace fractalsync {
namespace {

namespace pb = checkpoint;
using google::protobuf::RepeatedPtrField;
using pb::NamedValue;

/// Version 1 knew one formulation, the plain one.
constexpr std::uint32_t kFirstVersion = 1, kVersion = 2;
constexpr int kLongestWindow = 1 << 16;

void encode_tensors(const std::vector<TensorInfo>& layout, std::int64_t size, const std::vector<float>& flat,
                    RepeatedPtrField<pb::Tensor>& out) {
  FS_CHECK_EQ(static_cast<std::int64_t>(flat.size()), size);
  for (const TensorInfo& info : layout) {
    pb::Tensor& tensor = *out.Add();
    tensor.set_name(info.name);
    tensor.set_rows(info.rows);
    tensor.set_cols(info.cols);
    for (std::int64_t r = 0; r < info.rows; ++r) {
      const float* row = flat.data() + info.offset + r * info.stride;
      tensor.mutable_values()->Add(row, row + info.cols);
    }
  }
}

std::string described(const std::string& name, std::int64_t rows, std::int64_t cols) {
  return detail::concat("'", name, "' of ", rows, " x ", cols);
}

/// `size` floats in the padded form of `layout`. Nothing is allocated before the file has shown that it holds as much.
std::vector<float> decode_tensors(const RepeatedPtrField<pb::Tensor>& in, const std::vector<TensorInfo>& layout,
                                  std::int64_t size) {
  if (in.size() != static_cast<int>(layout.size()))
    throw Error(detail::concat("it holds ", in.size(), " tensors where its network has ", layout.size()));
  for (int t = 0; t < in.size(); ++t) {
    const TensorInfo& info = layout[static_cast<std::size_t>(t)];
    const pb::Tensor& tensor = in[t];
    if (tensor.name() != info.name || tensor.rows() != info.rows || tensor.cols() != info.cols)
      throw Error("it holds a tensor " + described(tensor.name(), tensor.rows(), tensor.cols()) +
                  " where its network has " + described(info.name, info.rows, info.cols));
    if (tensor.values_size() != info.rows * info.cols)
      throw Error(detail::concat("its tensor '", info.name, "' has ", tensor.values_size(), " values instead of ",
                                 info.rows * info.cols));
    if (!std::all_of(tensor.values().begin(), tensor.values().end(), [](float v) { return std::isfinite(v); }))
      throw Error("its tensor '" + info.name + "' holds numbers that are not finite");
  }
  std::vector<float> flat(static_cast<std::size_t>(size));
  for (int t = 0; t < in.size(); ++t) {
    const TensorInfo& info = layout[static_cast<std::size_t>(t)];
    for (std::int64_t r = 0; r < info.rows; ++r)
      std::copy_n(in[t].values().data() + r * info.cols, info.cols, flat.data() + info.offset + r * info.stride);
  }
  return flat;
}

constexpr int kFirstLossTerms = kLoudnessBrightness;  ///< as many as there were in the first checkpoints

/// The terms of a loss by name, in any order.
void encode_terms(const double* values, RepeatedPtrField<NamedValue>& out) {
  for (int k = 0; k < kLossTerms; ++k) {
    NamedValue& term = *out.Add();
    term.set_name(kLossTermNames[k]);
    term.set_value(values[k]);
  }
}
void decode_terms(const RepeatedPtrField<NamedValue>& in, double* values) {
  for (int k = 0; k < kLossTerms; ++k) {
    const auto found =
        std::find_if(in.begin(), in.end(), [&](const NamedValue& term) { return term.name() == kLossTermNames[k]; });
    // Terms that there were not yet were 0.
    if (found == in.end() && k < kFirstLossTerms) throw Error("its history lacks a loss term");
    values[k] = found == in.end() ? 0 : found->value();
  }
}

void encode(const Correlations& correlations, pb::Correlations& out) {
  for (int k = 0; k < kPairs; ++k) {
    if (!correlations.pair[k]) continue;
    NamedValue& value = *out.add_pairs();
    value.set_name(kPairNames[k]);
    value.set_value(*correlations.pair[k]);
  }
}
Correlations decode(const pb::Correlations& in) {
  Correlations correlations;
  for (const NamedValue& value : in.pairs()) {
    const auto name = std::find(kPairNames, kPairNames + kPairs, value.name());
    if (name == kPairNames + kPairs) throw Error("its history has a correlation that is not known");
    correlations.pair[name - kPairNames] = value.value();
  }
  return correlations;
}

void encode(const EpochRecord& record, pb::EpochRecord& out) {
  const auto& [epoch, steps, terms, gradient_norm, learning_rate, validation] = record;
  out.set_epoch(epoch);
  out.set_steps(steps);
  encode_terms(terms, *out.mutable_terms());
  out.set_gradient_norm(gradient_norm);
  out.set_learning_rate(learning_rate);
  if (validation) encode(*validation, *out.mutable_validation());
}
EpochRecord decode(const pb::EpochRecord& in) {
  EpochRecord record;
  auto& [epoch, steps, terms, gradient_norm, learning_rate, validation] = record;
  epoch = in.epoch();
  steps = in.steps();
  decode_terms(in.terms(), terms);
  gradient_norm = in.gradient_norm();
  learning_rate = in.learning_rate();
  if (in.has_validation()) validation = decode(in.validation());
  return record;
}

void encode(const EpochSums& sums, pb::EpochSums& out) {
  const auto& [steps, terms, gradient_norm, validation] = sums;
  out.set_steps(steps);
  encode_terms(terms, *out.mutable_terms());
  out.set_gradient_norm(gradient_norm);
  if (validation) encode(*validation, *out.mutable_validation());
}
EpochSums decode(const pb::EpochSums& in) {
  EpochSums sums;
  auto& [steps, terms, gradient_norm, validation] = sums;
  steps = in.steps();
  decode_terms(in.terms(), terms);
  gradient_norm = in.gradient_norm();
  if (in.has_validation()) validation = decode(in.validation());
  return sums;
}

FeatureStatistics decode(const pb::FeatureStatistics& in, int features) {
  if (in.mean_size() != features || in.std_size() != features)
    throw Error(
        detail::concat("it holds statistics of ", in.mean_size(), " features where its windows have ", features));
  const auto finite = [](float v) { return std::isfinite(v); };
  if (!std::all_of(in.mean().begin(), in.mean().end(), finite) ||
      !std::all_of(in.std().begin(), in.std().end(), [&](float v) { return finite(v) && v >= 0; }))
    throw Error("its feature statistics are not usable numbers");
  return {.mean = {in.mean().begin(), in.mean().end()}, .std = {in.std().begin(), in.std().end()}};
}

}  // namespace

pb::Checkpoint encode(const TrainingState& state) {
  const auto& [config, statistics, parameters, first_moment, second_moment, running_statistics, next_step,
               steps_per_epoch, finished_epochs, unfinished, history, best_score, training_files, validation_files] =
      state;
  const MlpLayout layout(config.recipe.network);
  pb::Checkpoint out;
  out.set_version(kVersion);
  encode(config, *out.mutable_config());
  out.mutable_statistics()->mutable_mean()->Assign(statistics.mean.begin(), statistics.mean.end());
  out.mutable_statistics()->mutable_std()->Assign(statistics.std.begin(), statistics.std.end());
  encode_tensors(layout.parameters(), layout.parameter_size(), parameters, *out.mutable_parameters());
  encode_tensors(layout.parameters(), layout.parameter_size(), first_moment, *out.mutable_first_moment());
  encode_tensors(layout.parameters(), layout.parameter_size(), second_moment, *out.mutable_second_moment());
  encode_tensors(layout.statistics(), layout.statistics_size(), running_statistics, *out.mutable_running_statistics());
  out.set_next_step(next_step);
  out.set_steps_per_epoch(steps_per_epoch);
  out.set_finished_epochs(finished_epochs);
  encode(unfinished, *out.mutable_unfinished());
  for (const EpochRecord& record : history) encode(record, *out.add_history());
  if (best_score) out.set_best_score(*best_score);
  for (const std::string& file : training_files) out.add_training_files(file);
  for (const std::string& file : validation_files) out.add_validation_files(file);
  return out;
}

TrainingState decode(const pb::Checkpoint& in) {
  if (in.version() > kVersion) throw Error("it was written by a newer version of this program; use that one");
  if (in.version() < kFirstVersion || !in.has_config()) throw Error("it is not complete");
  TrainingState state;
  auto& [config, statistics, parameters, first_moment, second_moment, running_statistics, next_step, steps_per_epoch,
         finished_epochs, unfinished, history, best_score, training_files, validation_files] = state;
  config = decode(in.config());
  if (config.window.frames < 1 || config.window.frames > kLongestWindow ||
      config.window.input() != config.recipe.network.input)
    throw Error(detail::concat("its network takes ", config.recipe.network.input, " numbers, which is not a window of ",
                               config.window.frames, " frames of ", config.window.features(), " features"));
  const MlpLayout layout(config.recipe.network);
  statistics = decode(in.statistics(), config.window.features());
  parameters = decode_tensors(in.parameters(), layout.parameters(), layout.parameter_size());
  first_moment = decode_tensors(in.first_moment(), layout.parameters(), layout.parameter_size());
  second_moment = decode_tensors(in.second_moment(), layout.parameters(), layout.parameter_size());
  running_statistics = decode_tensors(in.running_statistics(), layout.statistics(), layout.statistics_size());
  next_step = in.next_step();
  steps_per_epoch = in.steps_per_epoch();
  finished_epochs = in.finished_epochs();
  if (next_step < 0 || steps_per_epoch < 0 || finished_epochs < 0 || in.unfinished().steps() < 0)
    throw Error("it counts steps below zero");
  unfinished = decode(in.unfinished());
  for (const pb::EpochRecord& record : in.history()) history.push_back(decode(record));
  if (in.has_best_score()) best_score = in.best_score();
  training_files.assign(in.training_files().begin(), in.training_files().end());
  validation_files.assign(in.validation_files().begin(), in.validation_files().end());
  return state;
}

}  // namespace fractalsync
