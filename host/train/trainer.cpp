#include "host/train/trainer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/rng.h"
#include "math/schedule.h"

namespace fractalsync {
namespace {

/// Judging takes about as long as a hundred steps, and the hard metrics swing from one judgement to the next, the more
/// the fewer frames they are of.
constexpr std::int64_t kFewestStepsBetweenValidations = 200;
constexpr std::int64_t kValidations = 25;
constexpr std::int64_t kValidationFrames = 4096;

/// Scores differ by about this from one judgement to the next when nothing is learnt any more. Of networks that differ
/// less the last is kept: it has settled more, while the highest score of many is partly luck ("one-standard-error
/// rule": Breiman et al., "Classification and regression trees", 1984).
constexpr double kAsGood = 0.02;

/// Steps whose losses are kept on the backend until someone asks for them, or the epoch ends.
constexpr std::int64_t kMostLogRows = 4096;

std::int64_t windows_of(const WindowSpec& window, const TrackVersion& version) {
  return version.range().count - window.frames + 1;
}

std::int64_t longest(const WindowSpec& window, const std::vector<TrackVersion>& tracks) {
  std::int64_t longest = 0;
  for (const TrackVersion& version : tracks) longest = std::max(longest, windows_of(window, version));
  return longest;
}

/// A mean in which an undefined correlation counts as none at all, so that no network wins by holding still.
double score(const Correlations& c) {
  double sum = 0;
  for (const auto& r : c.pair) sum += r.value_or(0);
  return sum / static_cast<double>(kPairs);
}

}  // namespace

BatchShape batch_shape(const TrainConfig& config, std::int64_t longest_track_windows) {
  const int wanted = std::min(config.sequence_length, config.batch_size);
  const auto length = static_cast<int>(std::min<std::int64_t>(wanted, longest_track_windows));
  if (length < std::min(wanted, kShortestSequence))
    throw Error("the music to train on is too short: its longest file makes " + std::to_string(length) +
                (length == 1 ? " window" : " windows") + ", and " + std::to_string(kShortestSequence) +
                " are needed at least");
  if (length < kShortestSequence)
    throw Error("sequences of " + std::to_string(length) + " windows are too short to learn from: at least " +
                std::to_string(kShortestSequence) + " are needed (--batch-size, --sequence-length)");
  return {std::max(1, config.batch_size / wanted), length};
}

std::vector<TrackVersion> TrainingTracks::drawn_from() const {
  std::vector<TrackVersion> tracks = training;
  tracks.insert(tracks.end(), varied.begin(), varied.end());
  return tracks;
}

Trainer::Trainer(Backend& backend, const TrainingTracks& tracks, TrainingState state, std::int64_t bytes_in_memory)
    : backend_(backend),
      state_(std::move(state)),
      network_(backend, state_),
      source_(backend, state_.config.window, state_.statistics, tracks.drawn_from(),
              batch_shape(state_.config, longest(state_.config.window, tracks.training)), state_.config.seed,
              bytes_in_memory),
      schedule_(count_steps(tracks.training)),
      excerpts_(backend, state_.config.window,
                middles(tracks.validation.empty() ? tracks.training : tracks.validation, state_.config.window,
                        kValidationFrames),
                state_.statistics),
      log_rows_(std::min(state_.steps_per_epoch, kMostLogRows)),
      step_(backend, state_.config.recipe, schedule_, network_, source_, state_.next_step, log_rows_),
      first_row_(state_.next_step % log_rows_) {}

ScheduleSpec Trainer::count_steps(const std::vector<TrackVersion>& training) {
  std::int64_t windows = 0;
  for (const TrackVersion& version : training) windows += windows_of(state_.config.window, version);
  const std::int64_t frames = source_.shape().frames();
  const std::int64_t steps = std::max<std::int64_t>(1, windows / frames);
  if (state_.next_step > 0 && steps != state_.steps_per_epoch)
    throw Error("the checkpoint was made with other music: an epoch had " + std::to_string(state_.steps_per_epoch) +
                " steps there and has " + std::to_string(steps) + " here");
  state_.steps_per_epoch = steps;
  return {state_.config.learning_rate, total_steps()};
}

std::optional<EpochRecord> Trainer::step() {
  FS_CHECK(!finished());
  step_.run();
  ++state_.next_step;
  if (first_row_ + ++rows_ == log_rows_) collect();
  improved_ = false;
  judgement_.reset();
  if (state_.next_step % steps_between_validations() == 0 || finished()) judge();
  if (state_.next_step % state_.steps_per_epoch != 0) return std::nullopt;
  return close_epoch();
}

/// Adds the terms of the steps since the last call to the sums of the epoch, in order.
void Trainer::collect() {
  if (rows_ == 0) return;
  const std::vector<float> log =
      to_host(backend_, View<const float>(step_.log().row(first_row_), rows_ * TrainingStep::kLogColumns));
  for (auto row = log.begin(); row != log.end(); row += TrainingStep::kLogColumns) {
    const float norm = row[kLossTerms];
    if (!std::isfinite(norm)) continue;
    ++state_.unfinished.steps;
    for (int k = 0; k < kLossTerms; ++k) state_.unfinished.terms[k] += row[k];
    state_.unfinished.gradient_norm += norm;
  }
  first_row_ = (first_row_ + rows_) % log_rows_;
  rows_ = 0;
}

EpochRecord Trainer::close_epoch() {
  collect();
  EpochRecord record;
  record.epoch = ++state_.finished_epochs;
  record.steps = state_.unfinished.steps;
  if (2 * record.steps < state_.steps_per_epoch)
    throw Error("training diverged: most gradients of epoch " + std::to_string(record.epoch) +
                " were not finite (a smaller --learning-rate may help)");
  for (int k = 0; k < kLossTerms; ++k) record.terms[k] = state_.unfinished.terms[k] / static_cast<double>(record.steps);
  record.gradient_norm = state_.unfinished.gradient_norm / static_cast<double>(record.steps);
  record.learning_rate = math::learning_rate(schedule_, state_.next_step - 1);
  record.validation = state_.unfinished.validation;
  state_.unfinished = {};
  state_.history.push_back(record);
  return record;
}

std::int64_t Trainer::steps_between_validations() const {
  return std::max(kFewestStepsBetweenValidations, total_steps() / kValidations);
}

void Trainer::judge() {
  judgement_ = validate();
  state_.unfinished.validation = judgement_;
  const double now = score(*judgement_);
  improved_ = !state_.best_score || now > *state_.best_score - kAsGood;
  state_.best_score = std::max(now, state_.best_score.value_or(now));
}

Correlations Trainer::validate() {
  Evaluation evaluation;
  for (const Excerpt& excerpt : whole_tracks(excerpts_))
    evaluation.tracks.push_back({.name = {},
                                 .soft = {},
                                 .hard = hard_correlations(backend_, playable(), excerpts_, excerpt),
                                 .silence_ratio = {},
                                 .beauty = {}});
  return evaluation.hard();
}

EpochSums Trainer::live() {
  collect();
  return state_.unfinished;
}

TrainingState Trainer::snapshot() {
  collect();
  network_.save_to(backend_, state_);
  return state_;
}

PlayableNetwork Trainer::playable() {
  return {network_.layout(), network_.parameters(), network_.statistics(), state_.config.recipe.motion};
}

std::vector<bool> choose_validation_files(std::size_t files, double fraction, std::uint64_t seed) {
  std::vector<bool> chosen(files, false);
  if (files < 2 || fraction <= 0) return chosen;
  const auto wanted = static_cast<std::size_t>(std::lround(fraction * static_cast<double>(files)));
  const std::size_t count = std::clamp<std::size_t>(wanted, 1, files - 1);
  std::vector<std::size_t> order(files);
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto key = [&](std::size_t file) {
    return random_block(seed, RandomStream::validation_split, file, 0).word[0];
  };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  for (std::size_t k = 0; k < count; ++k) chosen[order[k]] = true;
  return chosen;
}

}  // namespace fractalsync
