// What a store holds of its tracks, and how much memory it takes to make one.
#include "host/dataset/track_store.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "host/dataset/model_features.h"
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
  const ModelTracks model(*backend, kWindow, as_recorded(tracks));
  const FeatureStatistics statistics = model.statistics(2);
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

TEST(TrackStore, TakesStatisticsOfTheFirstTracksOnly) {
  const auto backend = make_cpu_backend(1);
  std::vector<TrackFeatures> tracks = {made_up_track(1, 100), made_up_track(2, 100)};
  const FeatureStatistics before = ModelTracks(*backend, {}, as_recorded(tracks)).statistics(1);
  std::fill(tracks[1].raw.begin(), tracks[1].raw.end(), NAN);
  const FeatureStatistics after = ModelTracks(*backend, {}, as_recorded(tracks)).statistics(1);
  EXPECT_TRUE(all_equal_bytes(after.mean, before.mean));
  EXPECT_TRUE(all_equal_bytes(after.std, before.std));
  EXPECT_THROW(ModelTracks(*backend, {}, as_recorded(tracks)).statistics(0), Error);
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
  MeasuredBackend measured(*backend);
  const ModelTracks model(measured, {}, {{&tracks[0]}, {&tracks[1]}, {&tracks[0], 6}, {&tracks[1], 6}});
  EXPECT_EQ(measured.uploaded, 900 * kBaseFeatures * std::int64_t{sizeof(float)});
}

TEST(TrackStore, IsMadeWithoutASecondCopy) {
  const auto backend = make_cpu_backend(1);
  const std::vector<TrackFeatures> tracks = {made_up_track(1, 400), made_up_track(2, 500), made_up_track(3, 300)};
  for (const bool first_delta : {false, true}) {
    const WindowSpec window{.frames = 10, .include_delta = first_delta, .include_delta_delta = true};
    MeasuredBackend measured(*backend);
    ModelTracks model(measured, window, as_recorded(tracks));
    const FeatureStatistics statistics = model.statistics(3);
    const TrackStore store(std::move(model), statistics);
    // The features and then the targets; while the features are made, the raw ones of one track, and its slopes where
    // they are no features themselves.
    constexpr std::int64_t kFrames = 1200, kLongest = 500;
    const std::int64_t features = kFrames * window.features(), extra = kLongest * kBaseFeatures * (first_delta ? 1 : 2);
    EXPECT_EQ(measured.memory().most(),
              std::max(features + extra, features + kFrames * kTargets) * std::int64_t{sizeof(float)});
  }
}

}  // namespace
}  // namespace fractalsync::test
