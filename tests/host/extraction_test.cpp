// From files to features: which samples make which frames, and what becomes of many files, good and bad.
#include "host/dataset/extraction.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <memory>
#include <stdexcept>
#include <thread>

#include "core/rng.h"
#include "host/audio/pcm_stream.h"
#include "host/dataset/frame_reader.h"
#include "host/dataset/loading.h"
#include "support/compare.h"
#include "support/forwarding_backend.h"
#include "support/sounds.h"

namespace fractalsync {
namespace {

namespace fs = std::filesystem;
using test::SoundFormat;
using test::TemporaryFolder;
using test::write_sound;

std::vector<float> noise(std::int64_t samples, std::uint64_t seed = 1) {
  std::vector<float> values;
  for (std::int64_t i = 0; i < samples; ++i)
    values.push_back(
        uniform_float(random_block(seed, RandomStream::test_data, static_cast<std::uint64_t>(i), 0).word[0]) - 0.5f);
  return values;
}

void write_noise(const fs::path& path, std::int64_t samples, std::uint64_t seed = 1) {
  write_sound(path, SoundFormat::wav_float, kSampleRate, 1, noise(samples, seed));
}

/// Blocks of any size must hold, frame by frame, the samples [512 t - 1024, 512 t + 1024) of the file.
void expect_all_frames(std::int64_t samples, std::int64_t frames_per_block) {
  SCOPED_TRACE(testing::Message() << samples << " samples, blocks of " << frames_per_block << ", seed 1");
  const TemporaryFolder folder;
  write_noise(folder / "a.wav", samples);
  const std::vector<float> file = noise(samples);
  PcmStream pcm(folder / "a.wav");
  FrameReader reader(pcm, frames_per_block);
  std::int64_t row = 0;
  for (PcmBlock block = reader.next(); block.rows() > 0; block = reader.next()) {
    ASSERT_LE(block.frames(), frames_per_block);
    ASSERT_EQ(block.has_previous, row > 0);
    const std::int64_t start = kHop * (row - (row > 0 ? 1 : 0)) - kFftSize / 2;
    const std::int64_t end = start + block.samples.size();
    EXPECT_EQ(block.padding_front, std::max<std::int64_t>(-start, 0));
    EXPECT_EQ(block.padding_back, std::max<std::int64_t>(end - samples, 0));
    for (std::int64_t i = start; i < end; ++i)
      ASSERT_EQ(block.samples[i - start], i < 0 || i >= samples ? 0.0f : file[static_cast<std::size_t>(i)]) << i;
    row += block.rows();
  }
  EXPECT_EQ(row, 1 + samples / kHop);
  EXPECT_EQ(reader.next().rows(), 0);
}

TEST(FrameReader, BlocksHoldEveryFrameOnce) {
  for (const std::int64_t samples : {1, 511, 512, 1023, 1024, 1025, 2047, 2048, 5 * 512, 20 * 512 - 1, 20 * 512, 12345})
    for (const std::int64_t frames : {2, 3, 8, 1024}) expect_all_frames(samples, frames);
}

TEST(Padding, RepeatsTheLastFrame) {
  std::vector<float> rows = {1, 2, 3, 4};
  pad_with_last_frame(rows, 2, 4);
  EXPECT_EQ(rows, (std::vector<float>{1, 2, 3, 4, 3, 4, 3, 4}));
  pad_with_last_frame(rows, 2, 3);
  EXPECT_EQ(rows.size(), 8u);
  std::vector<float> none;
  EXPECT_THROW(pad_with_last_frame(none, 2, 3), CheckFailure);
}

class Extraction : public testing::Test {
 protected:
  std::vector<float> extract(const std::string& name) {
    return extract_features(*backend_, folder_ / name, FeatureDefinition::fractalsync);
  }
  const TemporaryFolder folder_;
  const std::unique_ptr<Backend> backend_ = make_cpu_backend(1);
};

TEST_F(Extraction, BlocksDoNotShow) {
  // 60 s are three blocks; the features of the whole in one call must be the same to the last bit.
  const std::int64_t samples = 60 * kSampleRate, frames = 1 + samples / kHop;
  write_noise(folder_ / "a.wav", samples);
  std::vector<float> padded(static_cast<std::size_t>(kFftSize + kHop * (frames - 1)));
  const std::vector<float> file = noise(samples);
  std::copy(file.begin(), file.end(), padded.begin() + kFftSize / 2);
  std::vector<float> expected(static_cast<std::size_t>(frames * kBaseFeatures));
  const std::int64_t back = static_cast<std::int64_t>(padded.size()) - kFftSize / 2 - samples;
  backend_->features({}, {.samples = padded, .padding_front = kFftSize / 2, .padding_back = back},
                     {{expected.data(), frames, kBaseFeatures}, {}});
  EXPECT_TRUE(test::all_equal_bytes(extract("a.wav"), expected));
}

TEST_F(Extraction, ShorterThanOneFrame) {
  for (const std::int64_t samples : {1, 100, 511}) {
    write_noise(folder_ / "a.wav", samples);
    const std::vector<float> raw = extract("a.wav");
    ASSERT_EQ(raw.size(), static_cast<std::size_t>(kBaseFeatures));
    EXPECT_EQ(raw[kFlux], 0);
    EXPECT_EQ(raw[kOnset], 0);
    EXPECT_GT(raw[kRms], 0);
  }
}

TEST_F(Extraction, ShorterThanOneWindow) {
  write_noise(folder_ / "a.wav", 4 * kHop);
  std::vector<float> raw = extract("a.wav");
  ASSERT_EQ(raw.size(), 5u * kBaseFeatures);
  pad_with_last_frame(raw, kBaseFeatures, 10);
  ASSERT_EQ(raw.size(), 10u * kBaseFeatures);
  for (int feature = 0; feature < kBaseFeatures; ++feature)
    EXPECT_EQ(raw[static_cast<std::size_t>(9 * kBaseFeatures + feature)],
              raw[static_cast<std::size_t>(4 * kBaseFeatures + feature)]);
}

TEST_F(Extraction, SilenceIsAllZeros) {
  write_sound(folder_ / "a.wav", SoundFormat::wav_int16, 44100, 2, std::vector<float>(2 * 44100));
  const std::vector<float> raw = extract("a.wav");
  EXPECT_EQ(raw.size(), (1u + 22050 / 512) * kBaseFeatures);
  EXPECT_EQ(test::largest_magnitude(View<const float>(raw)), 0);
}

TEST_F(Extraction, TheLoudestSoundHasFiniteFeatures) {
  std::vector<float> samples = noise(5000);
  for (float& sample : samples) sample = sample > 0 ? kLargestSample : -kLargestSample;
  write_sound(folder_ / "a.wav", SoundFormat::wav_float, kSampleRate, 1, samples);
  for (const float value : extract("a.wav")) ASSERT_TRUE(std::isfinite(value)) << value;
}

TEST_F(Extraction, LibrosaDefinitionIsAnother) {
  write_noise(folder_ / "a.wav", 20000);
  const std::vector<float> ours = extract("a.wav");
  const std::vector<float> theirs = extract_features(*backend_, folder_ / "a.wav", FeatureDefinition::librosa);
  ASSERT_EQ(theirs.size(), ours.size());
  // Its flux looks ahead (librosa_definition.h); the rest of the columns are shared.
  EXPECT_EQ(theirs[kFlux], ours[kBaseFeatures + kFlux]);
  EXPECT_EQ(theirs[kCentroid], ours[kCentroid]);
  EXPECT_NE(extractor_configuration(FeatureDefinition::librosa, "cpu"),
            extractor_configuration(FeatureDefinition::fractalsync, "cpu"));
}

class Loading : public testing::Test {
 protected:
  fs::path add_noise(const std::string& name, std::int64_t samples, std::uint64_t seed) {
    write_noise(folder_ / name, samples, seed);
    return folder_ / name;
  }
  fs::path add_text(const std::string& name) {
    std::ofstream(folder_ / name) << "This is not a sound.";
    return folder_ / name;
  }
  /// Raw features of each file; of one that cannot be read, none.
  struct Loaded {
    std::vector<std::vector<float>> files;
    std::vector<UnreadableFile> unreadable;
  };
  static Loaded load(Backend& backend, const std::vector<fs::path>& files, const LoadOptions& options) {
    Loaded loaded{std::vector<std::vector<float>>(files.size()), {}};
    loaded.unreadable = load_features(backend, files, options, [&](std::size_t file, std::vector<float> raw) {
      EXPECT_TRUE(loaded.files[file].empty());
      loaded.files[file] = std::move(raw);
    });
    return loaded;
  }
  static void expect_same(const Loaded& a, const Loaded& b) {
    ASSERT_EQ(a.files.size(), b.files.size());
    for (std::size_t i = 0; i < a.files.size(); ++i) EXPECT_TRUE(test::all_equal_bytes(a.files[i], b.files[i])) << i;
  }
  const TemporaryFolder folder_;
  const std::unique_ptr<Backend> backend_ = make_cpu_backend(1);
};

TEST_F(Loading, KeepsTheOrderAndNamesWhatItCannotRead) {
  std::vector<fs::path> files;
  for (int i = 0; i < 8; ++i)
    files.push_back(add_noise("song " + std::to_string(i) + ".wav", 30000 - 3000 * i, static_cast<std::uint64_t>(i)));
  files.insert(files.begin() + 3, add_text("text.wav"));
  files.push_back(folder_ / "missing.wav");
  std::vector<std::int64_t> progress;
  LoadOptions options;
  options.threads = 1;
  options.progress = [&](std::int64_t done, std::int64_t total) {
    EXPECT_EQ(total, 10);
    progress.push_back(done);
  };
  const Loaded one = load(*backend_, files, options);
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::int64_t noise = i < 3 ? static_cast<std::int64_t>(i) : static_cast<std::int64_t>(i) - 1;
    const std::int64_t frames = i == 3 || i == 9 ? 0 : 1 + (30000 - 3000 * noise) / 512;
    EXPECT_EQ(one.files[i].size(), static_cast<std::size_t>(frames * kBaseFeatures)) << files[i];
  }
  ASSERT_EQ(one.unreadable.size(), 2u);
  EXPECT_EQ(one.unreadable[0].path, files[3].string());
  EXPECT_NE(one.unreadable[1].reason.find("No such file"), std::string::npos);
  EXPECT_EQ(progress, (std::vector<std::int64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
  options.threads = 4;
  expect_same(load(*backend_, files, options), one);
}

TEST_F(Loading, OnlyUnreadableFiles) {
  try {
    load(*backend_, {add_text("a.wav"), add_text("b.wav")}, {});
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("none of the 2 files can be read; the first: cannot read '"),
              std::string::npos)
        << error.what();
  }
  EXPECT_TRUE(load(*backend_, {}, {}).files.empty());
}

TEST_F(Loading, CacheSpeaksForTheFileUntilItIsDamaged) {
  FeatureCache cache(folder_ / "cache", [](const std::string& what) { ADD_FAILURE() << what; });
  const std::vector<fs::path> files = {add_noise("a.wav", 30000, 1), add_noise("b.wav", 20000, 2)};
  LoadOptions options;
  const Loaded plain = load(*backend_, files, options);
  options.cache = &cache;
  expect_same(load(*backend_, files, options), plain);
  ASSERT_EQ(std::distance(fs::directory_iterator(folder_ / "cache"), {}), 2);
  expect_same(load(*backend_, files, options), plain);

  // What the entry says is believed ...
  const fs::path entry =
      folder_ / "cache" / (FeatureCache::key(files[0], extractor_configuration(options.definition, "cpu")) + ".npy");
  cache.store(entry.stem().string(), std::vector<float>(6, 7.0f));
  EXPECT_EQ(load(*backend_, files, options).files[0], std::vector<float>(6, 7.0f));
  // ... while it is whole; a damaged one is made anew.
  fs::resize_file(entry, 100);
  expect_same(load(*backend_, files, options), plain);
  EXPECT_GT(fs::file_size(entry), 1000u);
  // Another definition is another entry.
  options.definition = FeatureDefinition::librosa;
  load(*backend_, files, options);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "cache"), {}), 4);
}

/// Another device, as far as loading can tell.
class OtherDevice : public test::ForwardingBackend {
 public:
  using ForwardingBackend::ForwardingBackend;
  std::string arithmetic() const override { return "other"; }
  void features(const FeatureSpec& spec, const PcmBlock& pcm, const FeatureRows& rows) override {
    EXPECT_EQ(std::this_thread::get_id(), owner);
    if (broken) throw std::runtime_error("the device is broken");
    ForwardingBackend::features(spec, pcm, rows);
  }
  std::thread::id owner = std::this_thread::get_id();
  bool broken = false;
};

TEST_F(Loading, TheCallingThreadAloneUsesTheDevice) {
  std::vector<fs::path> files;
  for (int i = 0; i < 6; ++i) files.push_back(add_noise(std::to_string(i) + ".wav", 20000, 1));
  LoadOptions options;
  options.threads = 3;
  OtherDevice other(*backend_);
  expect_same(load(other, files, options), load(*backend_, files, options));
  other.broken = true;
  EXPECT_THROW(load(other, files, options), std::runtime_error);
}

TEST_F(Loading, DevicesDoNotShareTheCache) {
  FeatureCache cache(folder_ / "cache", [](const std::string& what) { ADD_FAILURE() << what; });
  const std::vector<fs::path> files = {add_noise("a.wav", 20000, 1)};
  LoadOptions options;
  options.cache = &cache;
  load(*backend_, files, options);
  OtherDevice other(*backend_);
  load(other, files, options);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "cache"), {}), 2);
  other.broken = true;  // which nobody notices: its own entry is there
  load(other, files, options);
}

// A full disk is no fault of the file that was to go there.
TEST_F(Loading, WhatCannotBeTakenEndsIt) {
  const std::vector<fs::path> files = {add_noise("a.wav", 20000, 1), add_noise("b.wav", 20000, 2)};
  EXPECT_THROW(
      load_features(*backend_, files, {}, [](std::size_t, const std::vector<float>&) { throw Error("disk full"); }),
      Error);
}

TEST_F(Loading, StopsEarly) {
  std::vector<fs::path> files;
  for (int i = 0; i < 6; ++i) files.push_back(add_noise(std::to_string(i) + ".wav", 30000, 1));
  std::atomic<bool> stop{false};
  LoadOptions options;
  options.threads = 1;
  options.stop = &stop;
  options.progress = [&](std::int64_t done, std::int64_t) { stop = done == 2; };
  const Loaded loaded = load(*backend_, files, options);
  EXPECT_FALSE(loaded.files[1].empty());
  EXPECT_TRUE(loaded.files[2].empty());
  EXPECT_TRUE(loaded.unreadable.empty());
}

}  // namespace
}  // namespace fractalsync
