// The demo music: is what the program makes, and holds what training needs (loud and quiet, no clicks, no offset).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <sndfile.hh>

#include "core/check.h"
#include "data/make_demo_audio/pieces.h"
#include "data/make_demo_audio/score.h"

namespace fractalsync::demo {
namespace {

Stereo decode(const std::filesystem::path& path) {
  SndfileHandle file(path.string());
  EXPECT_EQ(file.error(), SF_ERR_NO_ERROR) << path << ": " << file.strError();
  EXPECT_EQ(file.channels(), 2);
  EXPECT_EQ(file.samplerate(), static_cast<int>(kSampleRate));
  std::vector<float> interleaved(static_cast<std::size_t>(file.frames()) * 2);
  EXPECT_EQ(file.readf(interleaved.data(), file.frames()), file.frames());
  Stereo sound(interleaved.size() / 2);
  for (std::size_t i = 0; i < sound.frames(); ++i) {
    sound.left[i] = interleaved[2 * i];
    sound.right[i] = interleaved[2 * i + 1];
  }
  return sound;
}

std::filesystem::path committed(const Piece& piece) {
  return std::filesystem::path(FRACTALSYNC_DEMO_DIR) / (std::string(piece.file) + ".ogg");
}

/// Root mean square of each whole half second, in decibels, in ascending order.
std::vector<double> sorted_levels(const Mono& channel) {
  const std::size_t window = samples(0.5);
  std::vector<double> levels;
  for (std::size_t first = 0; first + window <= channel.size(); first += window) {
    double power = 1e-12;
    for (std::size_t i = first; i < first + window; ++i) power += channel[i] * channel[i];
    levels.push_back(10.0 * std::log10(power / static_cast<double>(window)));
  }
  std::sort(levels.begin(), levels.end());
  return levels;
}

TEST(DemoAudio, EveryPieceIsCleanAndHasLoudAndQuietPassages) {
  double seconds = 0.0;
  for (const Piece& piece : album()) {
    SCOPED_TRACE(piece.file);
    const Stereo sound = decode(committed(piece));
    ASSERT_GT(sound.frames(), samples(20.0));
    seconds += static_cast<double>(sound.frames()) / kSampleRate;
    for (const Mono* channel : {&sound.left, &sound.right}) {
      double mean = 0.0, peak = 0.0;
      for (const float v : *channel) {
        mean += v / static_cast<double>(channel->size());
        peak = std::max(peak, std::abs(static_cast<double>(v)));
      }
      EXPECT_LT(peak, 1.0);
      EXPECT_GT(peak, 0.4);
      EXPECT_LT(std::abs(mean), 0.001);
      // Below what a 12-bit converter can show: no click at either end.
      EXPECT_LT(std::abs(channel->front()), 0x1p-11);
      EXPECT_LT(std::abs(channel->back()), 0x1p-11);
      const std::vector<double> levels = sorted_levels(*channel);
      EXPECT_GT(levels[levels.size() * 9 / 10] - levels[levels.size() / 10], 12.0);
    }
  }
  EXPECT_GT(seconds, 120.0);
  EXPECT_LT(seconds, 240.0);
}

TEST(DemoAudio, FileHoldsWhatTheProgramMakes) {
  const Piece& piece = album()[2];
  const Stereo made = piece.play();
  const Stereo file = decode(committed(piece));
  ASSERT_EQ(file.frames(), made.frames());
  double signal = 0.0, noise = 0.0;
  for (std::size_t i = 0; i < made.frames(); ++i) {
    signal += made.left[i] * made.left[i];
    noise += (file.left[i] - made.left[i]) * (file.left[i] - made.left[i]);
  }
  // The codec alone (quality 0.35) leaves 17.7 dB; another tune as loud as this one would give -3 dB.
  EXPECT_GT(10.0 * std::log10(signal / noise), 12.0);
}

TEST(DemoScore, ReadsNoteNames) {
  EXPECT_EQ(pitch("A4"), 69.0);
  EXPECT_EQ(pitch("C4"), 60.0);
  EXPECT_EQ(pitch("C#5"), 73.0);
  EXPECT_EQ(pitch("Bb2"), 46.0);
  EXPECT_THROW(pitch("H2"), CheckFailure);
  EXPECT_THROW(pitch(".2"), CheckFailure);
  EXPECT_THROW(pitch("A"), CheckFailure);
  EXPECT_THROW(pitch("A44"), CheckFailure);
}

TEST(DemoScore, ReadsPhrases) {
  const std::vector<Note> notes = phrase("A4/1.5 -/.5 C5 D5/2");
  ASSERT_EQ(notes.size(), 3u);
  EXPECT_EQ(notes[1].beat, 2.0);
  EXPECT_EQ(notes[1].beats, 0.5);
  EXPECT_EQ(notes[2].beat, 2.5);
  EXPECT_EQ(notes[2].midi, 74.0);
  EXPECT_TRUE(phrase("").empty());
}

}  // namespace
}  // namespace fractalsync::demo
