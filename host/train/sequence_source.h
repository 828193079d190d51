// Where training steps find the sequences that they draw. Music that fits is held on the backend, all of it. Of music
// that does not, only the sequences of the coming steps are: since they are drawn by counter from (seed, step), they
// are known before the steps are. Either way a step draws the same sequences and finds the same numbers there, so a
// training ends with the same bytes, and memory does not grow with the hours of music.
#pragma once

#include <cstdint>
#include <vector>

#include "backend.h"
#include "host/dataset/track_store.h"

namespace fractalsync {

/// How a batch is cut into sequences.
struct BatchShape {
  int sequences = 0, length = 0;

  std::int64_t frames() const { return std::int64_t{sequences} * length; }
};

/// Music whose features and targets take no more is held whole: with the six features, thirteen hours, in four
/// variations and with a fifth held out.
inline constexpr std::int64_t kMusicInMemory = std::int64_t{256} << 20;

class SequenceSource {
 public:
  /// Sequences of `tracks`, `shape.sequences` for each step. The tracks must outlive this. Throws Error when none of
  /// them is long enough for a sequence.
  SequenceSource(Backend& backend, const WindowSpec& window, const FeatureStatistics& statistics,
                 std::vector<TrackVersion> tracks, const BatchShape& shape, std::uint64_t seed,
                 std::int64_t bytes_in_memory = kMusicInMemory);
  SequenceSource(const SequenceSource&) = delete;  // what a step has recorded refers to it
  SequenceSource& operator=(const SequenceSource&) = delete;

  const BatchShape& shape() const { return shape_; }
  std::uint64_t seed() const { return seed_; }
  const TrackStore& store() const { return store_; }
  /// What a step draws from.
  StartTable table() const { return {first_frame_.view(), last_start_.view()}; }

  /// Sees to it that the sequences of step `step` are there. Arrays stay where they are. Throws Error when raw features
  /// cannot be read.
  void prepare(std::int64_t step);
  /// Steps whose sequences are there at once; 0: all.
  std::int64_t steps_at_once() const { return steps_; }

 private:
  std::int64_t starts() const { return last_number_.back(); }
  TrackVersion sequence(std::int64_t number) const;
  void fetch(std::int64_t first_step);
  void write_table(const std::vector<std::int64_t>& first_frame, const std::vector<std::int64_t>& last_start);

  Backend& backend_;
  WindowSpec window_;
  BatchShape shape_;
  std::uint64_t seed_;
  std::vector<TrackVersion> tracks_;       ///< those that are long enough
  std::vector<std::int64_t> last_number_;  ///< running total of their starts
  std::int64_t steps_;                     ///< see steps_at_once
  std::int64_t first_step_ = -1;           ///< of them
  TrackStore store_;
  Buffer<std::int64_t> first_frame_, last_start_;
};

}  // namespace fractalsync
