// What a store holds of its tracks, and how much memory it takes to make one.
#include "host/dataset/track_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "host/dataset/model_features.h"
#include "host/dataset/statistics.h"
#include "math/feature_statistics.h"
#include "support/compare.h"
#include "support/forwarding_backend.h"
#include "support/made_up_music.h"

namespace fractalsync::test {
namespace {

constexpr WindowSpec kWindow{.frames = 10, .include_delta = true, .include_delta_delta = true};

std::vector<float> stored_frames(Backend& backend, const TrackStore& store, std::size_t k) {
  const StoredTrack& track = store.tracks().at(k);
  const View<const float> all = store.windows({}, 1).frames;
  return to_host(backend, all.subview(track.first_frame * store.features(), track.frames * store.features()));
}
std::vector<float> stored_targets(Backend& backend, const TrackStore& store, std::size_t k) {
  const StoredTrack& track = store.tracks().at(k);
  const Matrix<const float> rows = store.targets().middle_rows(track.first_frame, track.frames);
  return to_host(backend, View<const float>(rows.data(), rows.rows() * rows.cols()));
}

TEST(TrackStore, HoldsEachTrackAsIfItWereAlone) {
  const auto backend = make_cpu_backend(2);
  const std::vector<TrackFeatures> tracks = {made_up_track(1, 10), made_up_track(2, 300), made_up_track(3, 57)};
  const FeatureStatistics statistics = take_statistics(*backend, kWindow, as_recorded(tracks));
  const TrackStore store(*backend, kWindow, as_recorded(tracks), statistics);
  ASSERT_EQ(store.tracks().size(), 3u);
  for (std::size_t k = 0; k < 3; ++k) {
    SCOPED_TRACE(k);
    EXPECT_EQ(store.tracks()[k].name, tracks[k].name);
    EXPECT_EQ(store.tracks()[k].windows, tracks[k].frames() - 9);
    const TrackStore alone(*backend, kWindow, {{&tracks[k]}}, statistics);
    EXPECT_TRUE(all_equal_bytes(stored_frames(*backend, store, k), stored_frames(*backend, alone, 0)));
    EXPECT_TRUE(all_equal_bytes(stored_targets(*backend, store, k), stored_targets(*backend, alone, 0)));
  }
}

// Wherever a part lies, and whatever else is held: near the ends of its track deltas look at other frames than
// elsewhere.
TEST(TrackStore, HoldsPartsAsTheyAreInTheWholeTrack) {
  const auto backend = make_cpu_backend(1);
  const std::vector<TrackFeatures> tracks = {made_up_track(1, 120), made_up_track(2, 14)};
  for (const WindowSpec& window : {WindowSpec{.frames = 3}, WindowSpec{.frames = 3, .include_delta = true},
                                   WindowSpec{.frames = 3, .include_delta_delta = true},
                                   WindowSpec{.frames = 3, .include_delta = true, .include_delta_delta = true}}) {
    SCOPED_TRACE(window.features());
    const FeatureStatistics statistics = take_statistics(*backend, window, as_recorded(tracks));
    const TrackStore whole(*backend, window, {{&tracks[0]}, {&tracks[1]}, {&tracks[0], 6}, {&tracks[1], 6}},
                           statistics);
    std::vector<TrackVersion> parts;
    for (const float louder_by : {0, 6})
      for (const TrackFeatures& track : tracks)
        for (std::int64_t first = 0; first + 4 <= track.frames(); ++first)
          parts.push_back({&track, louder_by, FrameRange{first, 4}});
    // In any order, and again in the same place.
    std::rotate(parts.begin(), parts.begin() + 77, parts.end());
    TrackStore store(*backend, window, statistics, frames_to_store(window, parts));
    store.hold({{&tracks[1]}});
    store.hold(parts);
    ASSERT_EQ(store.tracks().size(), parts.size());
    for (std::size_t k = 0; k < parts.size(); ++k) {
      const FrameRange part = parts[k].range();
      const std::size_t version = (parts[k].track == &tracks[0] ? 0 : 1) + (parts[k].louder_by > 0 ? 2 : 0);
      const auto columns = static_cast<std::ptrdiff_t>(window.features());
      const auto of_whole = [&](const std::vector<float>& rows, std::ptrdiff_t width, std::int64_t count) {
        return std::vector<float>(rows.begin() + part.first * width, rows.begin() + (part.first + count) * width);
      };
      ASSERT_TRUE(all_equal_bytes(stored_frames(*backend, store, k),
                                  of_whole(stored_frames(*backend, whole, version), columns, 4)))
          << k;
      std::vector<float> targets = stored_targets(*backend, store, k);
      ASSERT_EQ(store.tracks()[k].windows, 2);
      targets.resize(2 * kTargets);
      ASSERT_TRUE(all_equal_bytes(targets, of_whole(stored_targets(*backend, whole, version), kTargets, 2))) << k;
    }
  }
}

TEST(TrackStore, HoldsATrackWithoutItsLoudness) {
  const auto backend = make_cpu_backend(1);
  const TrackFeatures track = made_up_track(1, 60);
  std::vector<float> raw = track.raw.read();
  for (std::size_t row = 0; row < raw.size(); row += kBaseFeatures) raw[row + kFlux] = raw[row + kRms] = 0;
  const TrackFeatures silent{"silent", raw};
  const FeatureStatistics statistics = take_statistics(*backend, kWindow, {{&track}});
  const TrackStore store(*backend, kWindow, {{&track}, {.track = &track, .muted = true}, {&silent}, {&track, 6}},
                         statistics);
  EXPECT_TRUE(all_equal_bytes(stored_frames(*backend, store, 1), stored_frames(*backend, store, 2)));
  EXPECT_TRUE(all_equal_bytes(stored_targets(*backend, store, 1), stored_targets(*backend, store, 2)));
  EXPECT_FALSE(all_equal_bytes(stored_frames(*backend, store, 0), stored_frames(*backend, store, 1)));
}

TEST(TrackStore, RefusesMoreThanItHasRoomFor) {
  const auto backend = make_cpu_backend(1);
  const TrackFeatures track = made_up_track(1, 50);
  TrackStore store(*backend, {}, take_statistics(*backend, {}, {{&track}}), 49);
  EXPECT_THROW(store.hold({{&track}}), CheckFailure);
  EXPECT_THROW(store.hold({{&track, 0, FrameRange{45, 6}}}), CheckFailure);
  EXPECT_THROW(store.hold({{&track, 0, FrameRange{0, 9}}}), CheckFailure);  // no window
}

// Tracks of more than one piece, with deltas across the pieces' ends, against all model features at once.
TEST(Statistics, AreThoseOfAllFramesAtOnce) {
  const auto backend = make_cpu_backend(2);
  const std::vector<TrackFeatures> tracks = {made_up_track(1, 70'000), made_up_track(2, 10)};
  const std::vector<TrackVersion> versions = {{&tracks[0]}, {&tracks[1]}, {&tracks[0], 6}};
  const FeatureStatistics actual = take_statistics(*backend, kWindow, versions);
  std::vector<float> all;
  for (const TrackVersion& version : versions) {
    const std::int64_t frames = version.track->frames();
    Buffer<float> raw(backend->memory(), frames * kBaseFeatures), model(backend->memory(), frames * kWindow.features());
    upload<float>(*backend, version.track->raw.read(), raw.view());
    compute_model_features(*backend, kWindow, amplitude_gain(version.louder_by), raw.matrix(frames, kBaseFeatures),
                           model.matrix(frames, kWindow.features()));
    all.insert(all.end(), model.view().begin(), model.view().end());
  }
  const Matrix<const float> model(all.data(), static_cast<std::int64_t>(all.size()) / kWindow.features(),
                                  kWindow.features());
  std::vector<FeatureMoments> moments(3);
  backend->feature_moments({model.row(0), model.cols()}, model, moments);
  FeatureStatistics expected;
  for (std::size_t six = 0; six < 3; ++six)
    math::append_statistics(moments[six], &model(0, static_cast<std::int64_t>(six) * kBaseFeatures), model.rows(),
                            expected);
  EXPECT_TRUE(all_equal_bytes(actual.mean, expected.mean));
  EXPECT_TRUE(all_equal_bytes(actual.std, expected.std));
  EXPECT_THROW(take_statistics(*backend, kWindow, {}), Error);
}

TEST(TrackStore, HoldsATrackAtOtherLoudnesses) {
  const auto backend = make_cpu_backend(1);
  const TrackFeatures track = made_up_track(1, 60);
  const FeatureStatistics plain{std::vector<float>(6), std::vector<float>(6, 4.0f)};
  const TrackStore store(*backend, {}, {{&track}, {&track, -6}}, plain);
  const std::vector<float> loud = stored_frames(*backend, store, 0), quiet = stored_frames(*backend, store, 1);
  for (std::size_t i = 0; i < loud.size(); ++i)
    if (i % kBaseFeatures == kRms)
      EXPECT_LE(std::abs(quiet[i] - loud[i] * std::pow(10.0, -0.3)), 4 * 0x1p-24 * loud[i]) << i;
    else if (i % kBaseFeatures != kFlux)
      EXPECT_EQ(quiet[i], loud[i]) << i;
    else
      EXPECT_LT(quiet[i], loud[i]) << i;
}

TEST(TrackStore, HoldsATrackAtAnotherPitch) {
  const auto backend = make_cpu_backend(1);
  const TrackFeatures track{"a", std::vector<float>{3000, 1, 2, 0.25f, 3, 4000, 9000, 1, 2, 0.75f, 3, 10000}};
  const FeatureStatistics as_is{std::vector<float>(6), std::vector<float>(6, 1.0f)};
  const TrackStore store(*backend, {.frames = 1}, {{&track}, {.track = &track, .pitch = 1.5f}}, as_is);
  const std::vector<float> higher = stored_frames(*backend, store, 1);
  std::vector<float> expected = stored_frames(*backend, store, 0);
  for (const Feature f : {kCentroid, kZcr, kRolloff}) expected[f] *= 1.5f;
  expected[kBaseFeatures + kCentroid] = expected[kBaseFeatures + kRolloff] = 1;  // the Nyquist frequency
  expected[kBaseFeatures + kZcr] = 1;
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_LE(std::abs(higher[i] - expected[i]), 4 * 0x1p-24 * expected[i]) << i;
}

/// Keeps the largest sum of bytes that were in use at once.
class MeasuredMemory : public Memory {
 public:
  explicit MeasuredMemory(Memory& inner) : inner_(inner) {}
  void release(void* block, std::size_t bytes) noexcept override {
    used_ -= static_cast<std::int64_t>(bytes);
    inner_.release(block, bytes);
  }
  std::int64_t most() const { return most_; }

 private:
  void* take(std::size_t bytes) override {
    used_ += static_cast<std::int64_t>(bytes);
    most_ = std::max(most_, used_);
    return inner_.allocate(bytes);
  }

  Memory& inner_;
  std::int64_t used_ = 0, most_ = 0;
};

class MeasuredBackend : public ForwardingBackend {
 public:
  explicit MeasuredBackend(Backend& inner) : ForwardingBackend(inner), memory_(inner.memory()) {}
  MeasuredMemory& memory() override { return memory_; }
  void upload_bytes(void* device, const void* host, std::int64_t bytes) override {
    uploaded += bytes;
    ForwardingBackend::upload_bytes(device, host, bytes);
  }

  std::int64_t uploaded = 0;

 private:
  MeasuredMemory memory_;
};

TEST(TrackStore, TakesEachTrackToTheBackendOnce) {
  const auto backend = make_cpu_backend(1);
  const std::vector<TrackFeatures> tracks = {made_up_track(1, 400), made_up_track(2, 500)};
  const FeatureStatistics statistics = take_statistics(*backend, {}, as_recorded(tracks));
  MeasuredBackend measured(*backend);
  const TrackStore store(measured, {}, {{&tracks[0]}, {&tracks[1]}, {&tracks[0], 6}, {&tracks[1], 6}}, statistics);
  EXPECT_EQ(measured.uploaded, 900 * kBaseFeatures * std::int64_t{sizeof(float)});
}

TEST(TrackStore, IsMadeWithoutASecondCopy) {
  const auto backend = make_cpu_backend(2);
  constexpr std::int64_t kLongest = 70'000, kFrames = kLongest + 60'000 + 20'000;
  const std::vector<TrackFeatures> tracks = {made_up_track(1, 60'000), made_up_track(2, kLongest),
                                             made_up_track(3, 20'000)};
  for (const bool first_delta : {false, true}) {
    const WindowSpec window{.frames = 10, .include_delta = first_delta, .include_delta_delta = true};
    const FeatureStatistics statistics = take_statistics(*backend, window, as_recorded(tracks));
    MeasuredBackend measured(*backend);
    const TrackStore store(measured, window, as_recorded(tracks), statistics);
    // The features and the targets; while the features are made, the raw ones of one track, and its slopes where they
    // are no features themselves.
    const std::int64_t extra = kLongest * kBaseFeatures * (first_delta ? 1 : 2);
    EXPECT_EQ(measured.memory().most(),
              (kFrames * (window.features() + kTargets) + extra) * std::int64_t{sizeof(float)});
  }
}

/// The most that taking statistics of so much music and making nothing of it needs.
std::int64_t memory_for_statistics(std::int64_t tracks, std::int64_t frames) {
  const auto backend = make_cpu_backend(1);
  const TrackFeatures track = made_up_track(1, frames);
  MeasuredBackend measured(*backend);
  take_statistics(measured, kWindow, std::vector<TrackVersion>(static_cast<std::size_t>(tracks), {&track}));
  return measured.memory().most();
}

TEST(Statistics, NeedNoMoreMemoryForMoreMusic) {
  const std::int64_t some = memory_for_statistics(1, 70'000);
  EXPECT_EQ(memory_for_statistics(1, 200'000), some);
  EXPECT_EQ(memory_for_statistics(5, 70'000), some);
}

}  // namespace
}  // namespace fractalsync::test
