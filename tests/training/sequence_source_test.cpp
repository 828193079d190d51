// A step finds the sequences that it draws, whether all of the music is in memory or only they are; and memory does not
// grow with the music.
#include "host/train/sequence_source.h"

#include <gtest/gtest.h>

#include "core/rng.h"
#include "host/dataset/statistics.h"
#include "support/compare.h"
#include "support/made_up_music.h"

namespace fractalsync::test {
namespace {

constexpr std::uint64_t kSeed = 7;
constexpr BatchShape kShape{3, 16};

/// Frames [windows + W - 1, F] and targets [length, 4] of each sequence of a step, and the phases it begins with.
struct Batch {
  std::vector<float> frames, targets, phases;
};

Batch draw(Backend& backend, SequenceSource& source, std::int64_t step) {
  source.prepare(step);
  const int sequences = source.shape().sequences, length = source.shape().length;
  Buffer<StepState> state(backend.memory(), 1);
  const StepState now{.next = step + 1, .step = step};
  upload<StepState>(backend, {&now, 1}, state.view());
  Buffer<std::int64_t> starts(backend.memory(), sequences);
  Buffer<float> phases(backend.memory(), std::int64_t{sequences} * kAtlasPhases),
      targets(backend.memory(), source.shape().frames() * kTargets);
  const StepKey key{source.seed(), state.view()};
  backend.draw_batch(key, source.table(), starts.view(), phases.matrix(sequences, kAtlasPhases));
  backend.gather_targets(source.store().targets(), starts.view(), length,
                         targets.matrix(source.shape().frames(), kTargets));
  Batch batch{{}, to_host(backend, targets.view()), to_host(backend, phases.view())};
  const View<const float> all = source.store().windows(starts.view(), length).frames;
  const std::int64_t features = source.store().features(), rows = length + source.store().window() - 1;
  for (const std::int64_t start : to_host(backend, starts.view())) {
    const View<const float> sequence = all.subview(start * features, rows * features);
    batch.frames.insert(batch.frames.end(), sequence.begin(), sequence.end());
  }
  return batch;
}

void expect_same(const Batch& a, const Batch& b) {
  EXPECT_TRUE(all_equal_bytes(a.frames, b.frames));
  EXPECT_TRUE(all_equal_bytes(a.targets, b.targets));
  EXPECT_TRUE(all_equal_bytes(a.phases, b.phases));
}

TEST(SequenceSource, GivesTheSameWhetherTheMusicFitsOrNot) {
  const auto backend = make_cpu_backend(1);
  // One is too short for a sequence, one has a single start, and two lie in a file.
  std::vector<TrackFeatures> tracks = {made_up_track(1, 24), made_up_track(2, 25), made_up_track(3, 30)};
  RawFeatureStorage storage(0);
  for (const std::uint64_t seed : {4, 5}) {
    TrackFeatures track = made_up_track(seed, 4000);
    tracks.push_back({track.name, storage.keep(track.raw.read())});
  }
  std::vector<TrackVersion> versions = as_recorded(tracks);
  for (const TrackFeatures& track : tracks) versions.push_back({&track, 6});
  versions.push_back({.track = &tracks[3], .muted = true});
  for (const WindowSpec& window :
       {WindowSpec{}, WindowSpec{.frames = 10, .include_delta = true, .include_delta_delta = true}}) {
    const FeatureStatistics statistics = take_statistics(*backend, window, versions);
    SequenceSource fits(*backend, window, statistics, versions, kShape, kSeed);
    SequenceSource does_not(*backend, window, statistics, versions, kShape, kSeed, 0);
    const float* const frames = does_not.store().windows({}, 1).frames.data();
    // On, across the last step that is there, and back.
    for (const std::int64_t step : {0, 1, 2, 100, 3000, 3001, 1'000'000, 5}) {
      SCOPED_TRACE(step);
      expect_same(draw(*backend, does_not, step), draw(*backend, fits, step));
    }
    EXPECT_EQ(does_not.store().windows({}, 1).frames.data(), frames);
  }
}

TEST(SequenceSource, FindsEveryStartOfLittleMusic) {
  const auto backend = make_cpu_backend(1);
  const TrackFeatures track = made_up_track(1, 27);  // three starts, each drawn many times over
  const FeatureStatistics statistics = take_statistics(*backend, {}, {{&track}});
  SequenceSource fits(*backend, {}, statistics, {{&track}}, kShape, kSeed);
  SequenceSource does_not(*backend, {}, statistics, {{&track}}, kShape, kSeed, 0);
  for (std::int64_t step = 0; step < 50; ++step)
    expect_same(draw(*backend, does_not, step), draw(*backend, fits, step));
}

TEST(SequenceSource, RefusesMusicWithoutASequence) {
  const auto backend = make_cpu_backend(1);
  const TrackFeatures track = made_up_track(1, 24);
  const FeatureStatistics statistics = take_statistics(*backend, {}, {{&track}});
  EXPECT_THROW(SequenceSource(*backend, {}, statistics, {{&track}}, kShape, kSeed), Error);
}

TEST(SequenceSource, RefusesMoreMusicThanItCanDrawFrom) {
  const auto backend = make_cpu_backend(1);
  const FeatureStatistics plain{std::vector<float>(6), std::vector<float>(6, 1.0f)};
  const TrackFeatures endless{"endless", RawFeatures(nullptr, 0, std::int64_t{1} << 33)};
  const auto with = [&](std::int64_t starts) {
    const FrameRange part{0, starts + kShape.length + WindowSpec{}.frames - 2};
    SequenceSource(*backend, {}, plain, {{&endless, 0, part}}, kShape, kSeed);
  };
  with(0xffffffff);
  EXPECT_THROW(with(std::int64_t{1} << 32), Error);
}

}  // namespace
}  // namespace fractalsync::test
