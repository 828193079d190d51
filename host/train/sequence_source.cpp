#include "host/train/sequence_source.h"

#include <algorithm>
#include <utility>

#include "math/draw.h"

namespace fractalsync {
namespace {

/// Where not all of the music is held, this much of it is: some thousand sequences.
constexpr std::int64_t kFramesOfComingSteps = 1 << 18;

/// What a draw chooses between fits in 32 bits (math/draw.h): 7000 hours of music in four variations.
constexpr std::int64_t kMostStarts = 0xffffffff;

/// Those of `tracks` that offer a start, in their order.
std::vector<TrackVersion> long_enough(std::vector<TrackVersion> tracks, std::int64_t frames) {
  std::erase_if(tracks, [&](const TrackVersion& version) { return version.range().count < frames; });
  if (tracks.empty()) throw Error("no track is long enough for a sequence of the training");
  return tracks;
}

std::int64_t frames_of_sequence(const WindowSpec& window, int length) { return length + window.frames - 1; }

/// With those beside it that deltas look at, wherever it lies.
std::int64_t most_frames_under(const WindowSpec& window, int length) {
  return frames_of_sequence(window, length) + 2 * frames_beside(window);
}

std::vector<std::int64_t> running_total_of_starts(const std::vector<TrackVersion>& tracks, std::int64_t frames) {
  std::vector<std::int64_t> total;
  for (const TrackVersion& version : tracks)
    total.push_back((total.empty() ? 0 : total.back()) + version.range().count - frames + 1);
  if (total.back() > kMostStarts)
    throw Error("there is too much music to draw from: a training takes 7000 hours at most");
  return total;
}

/// What a store of so many frames takes.
std::int64_t store_bytes(const WindowSpec& window, std::int64_t frames) {
  return frames * (window.features() + kTargets) * std::int64_t{sizeof(float)};
}

/// Steps whose sequences are to be there at once; 0: all.
std::int64_t steps_that_fit(const WindowSpec& window, const std::vector<TrackVersion>& tracks, const BatchShape& shape,
                            std::int64_t bytes_in_memory) {
  if (store_bytes(window, frames_to_store(window, tracks)) <= bytes_in_memory) return 0;
  return std::max<std::int64_t>(1, kFramesOfComingSteps / (shape.sequences * most_frames_under(window, shape.length)));
}

}  // namespace

SequenceSource::SequenceSource(Backend& backend, const WindowSpec& window, const FeatureStatistics& statistics,
                               std::vector<TrackVersion> tracks, const BatchShape& shape, std::uint64_t seed,
                               std::int64_t bytes_in_memory)
    : backend_(backend),
      window_(window),
      shape_(shape),
      seed_(seed),
      tracks_(long_enough(std::move(tracks), frames_of_sequence(window, shape.length))),
      last_number_(running_total_of_starts(tracks_, frames_of_sequence(window, shape.length))),
      steps_(steps_that_fit(window, tracks_, shape, bytes_in_memory)),
      store_(backend, window, statistics,
             steps_ == 0 ? frames_to_store(window, tracks_)
                         : steps_ * shape.sequences * most_frames_under(window, shape.length)),
      first_frame_(backend.memory(),
                   steps_ == 0 ? static_cast<std::int64_t>(tracks_.size()) : steps_ * shape.sequences + 1),
      last_start_(backend.memory(), first_frame_.size()) {
  if (steps_ > 0) return;
  store_.hold(tracks_);
  std::vector<std::int64_t> first_frame;
  for (const StoredTrack& track : store_.tracks()) first_frame.push_back(track.first_frame);
  write_table(first_frame, last_number_);
}

void SequenceSource::prepare(std::int64_t step) {
  if (steps_ == 0) return;
  if (first_step_ >= 0 && first_step_ <= step && step < first_step_ + steps_) return;
  fetch(step);
}

/// The frames of the sequence that begins at start number `number`.
TrackVersion SequenceSource::sequence(std::int64_t number) const {
  const auto k = static_cast<std::size_t>(std::upper_bound(last_number_.begin(), last_number_.end(), number) -
                                          last_number_.begin());
  TrackVersion version = tracks_[k];
  version.part = {version.range().first + number - (k == 0 ? 0 : last_number_[k - 1]),
                  frames_of_sequence(window_, shape_.length)};
  return version;
}

/// A step finds its sequences by a table like that of whole tracks, of as many starts in all. Only it has, for each
/// start that will be drawn, an entry that ends with this start: so start number n leads to where its sequence is, and
/// no other number will be asked for.
void SequenceSource::fetch(std::int64_t first_step) {
  std::vector<std::int64_t> numbers;
  for (std::int64_t step = first_step; step < first_step + steps_; ++step)
    for (int q = 0; q < shape_.sequences; ++q) numbers.push_back(math::draw_sequence(seed_, step, q, starts()).start);
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  std::vector<TrackVersion> sequences;
  for (const std::int64_t number : numbers) sequences.push_back(sequence(number));
  store_.hold(sequences);

  std::vector<std::int64_t> first_frame, last_start;
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    const std::int64_t before = k == 0 ? 0 : last_start.back();
    first_frame.push_back(store_.tracks()[k].first_frame - (numbers[k] - before));
    last_start.push_back(numbers[k] + 1);
  }
  first_frame.resize(static_cast<std::size_t>(first_frame_.size()), 0);
  last_start.resize(first_frame.size(), starts());
  write_table(first_frame, last_start);
  first_step_ = first_step;
}

void SequenceSource::write_table(const std::vector<std::int64_t>& first_frame,
                                 const std::vector<std::int64_t>& last_start) {
  upload<std::int64_t>(backend_, first_frame, first_frame_.view());
  upload<std::int64_t>(backend_, last_start, last_start_.view());
}

}  // namespace fractalsync
