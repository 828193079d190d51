// Videos as other programs see them: what ffprobe and ffmpeg find in a file that was made, and what is left where none
// could be.
#include "host/video/film.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <numbers>

#include "core/check.h"
#include "host/io/atomic_file.h"
#include "host/picture/render.h"
#include "support/compare.h"
#include "support/random.h"
#include "support/sounds.h"

namespace fractalsync {
namespace {

namespace fs = std::filesystem;

constexpr double kFramesPerSecond = static_cast<double>(kSampleRate) / kHop;

/// What a program prints.
std::string output_of(const std::vector<std::string>& words) {
  ChildProcess program(words);
  std::string text(1 << 16, '\0');
  text.resize(static_cast<std::size_t>(program.read({text.data(), static_cast<std::int64_t>(text.size())})));
  if (!program.succeeded()) throw std::runtime_error(words[0] + ": " + program.complaint());
  return text;
}

class Film : public testing::Test {
 protected:
  void SetUp() override {
    // Silence, and noise from 1.5 s on.
    std::vector<float> sound = test::random_floats(81, 3 * kSampleRate, -0.5, 0.5);
    std::fill_n(sound.begin(), kSampleRate * 3 / 2, 0.0f);
    test::write_sound(song_, test::SoundFormat::wav_int16, kSampleRate, 1, sound);
  }

  /// A view that turns and a colour that wanders: no two frames are alike.
  static Timeline turning(double turns_per_second = 0.2) {
    std::vector<DisplayFrame> frames;
    for (int t = 0; t < 3 * kFramesPerSecond - 9; ++t) {
      const double seconds = t / kFramesPerSecond;
      frames.push_back({.c_re = -0.5f,
                        .c_im = 0.3f,
                        .log_zoom = 0.6f,
                        .phi = static_cast<float>(
                            std::fmod(2 * std::numbers::pi * turns_per_second * seconds, 2 * std::numbers::pi)),
                        .hue = static_cast<float>(0.2 + 0.1 * seconds)});
    }
    return Timeline(frames, 10);
  }
  FilmSpec small(double start = 0, double seconds = 1) const {
    return {.video = {.width = 160, .height = 90, .fps = 25, .song = song_, .start = start, .seconds = seconds}};
  }
  void make(const std::string& name, const FilmSpec& spec, const Timeline& timeline = turning()) {
    film(
        *backend_, timeline, spec, folder_ / name, [](auto...) {}, never_);
  }
  /// The pictures of a video.
  std::vector<Image> pictures_of(const std::string& name, int width, int height) {
    EXPECT_TRUE(test::run_ffmpeg(
        {"-i", (folder_ / name).string(), "-f", "rawvideo", "-pix_fmt", "rgb24", (folder_ / "raw").string()}));
    const std::string raw = read_file(folder_ / "raw");
    std::vector<Image> images;
    const auto size = std::size_t{3} * static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    for (std::size_t at = 0; at + size <= raw.size(); at += size) {
      images.emplace_back(width, height);
      std::copy_n(raw.begin() + static_cast<std::ptrdiff_t>(at), size, images.back().rgb.begin());
    }
    return images;
  }
  static double difference(const Image& a, const Image& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.rgb.size(); ++i) sum += std::abs(a.rgb[i] - b.rgb[i]);
    return sum / static_cast<double>(a.rgb.size());
  }
  /// An error whose sentence holds `why`, and nothing left in the folder but the song.
  void expect_refused(const FilmSpec& spec, const std::string& why, const std::string& name = "a.mp4") {
    try {
      make(name, spec);
      FAIL() << "no error";
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(why), std::string::npos) << error.what();
    }
    for (const auto& entry : fs::directory_iterator(folder_.path()))
      EXPECT_TRUE(entry.path() == song_ || entry.path().filename() == "bin") << entry.path();
  }
  /// From now on this is what runs as ffmpeg; nothing does if `script` is empty.
  void replace_ffmpeg(const std::string& script) {
    fs::create_directory(folder_ / "bin");
    if (!script.empty()) {
      std::ofstream(folder_ / "bin/ffmpeg") << "#!/bin/sh\n" << script;
      fs::permissions(folder_ / "bin/ffmpeg", fs::perms::all);
    }
    ::setenv("PATH", (folder_ / "bin").c_str(), 1);
  }
  void TearDown() override { ::setenv("PATH", path_.c_str(), 1); }

  const test::TemporaryFolder folder_;
  const fs::path song_ = folder_ / "song.wav";
  const std::unique_ptr<Backend> backend_ = make_cpu_backend(2);
  const std::atomic<bool> never_{false};
  const std::string path_ = std::getenv("PATH");
};

TEST_F(Film, HoldsPicturesAndSoundOfTheLengthAskedFor) {
  for (const std::string name : {"a.mp4", "a.mov", "a.mkv", "a.webm"}) {
    SCOPED_TRACE(name);
    make(name, small(0.5, 1.2));
    const std::string file = (folder_ / name).string();
    const auto probe = [&](const std::string& stream, const std::string& what) {
      return output_of({"ffprobe", "-v", "error", "-select_streams", stream, "-count_frames", "-show_entries", what,
                        "-of", "csv=p=0", file});
    };
    EXPECT_EQ(probe("v", "stream=width,height,pix_fmt,r_frame_rate,nb_read_frames"), "160,90,yuv420p,25/1,30\n");
    EXPECT_EQ(probe("v", "stream=codec_name"), name == "a.webm" ? "vp9\n" : "h264\n");
    EXPECT_EQ(probe("a", "stream=codec_name"), name == "a.webm" ? "opus\n" : "aac\n");
    // The sound ends within one of its own frames, of 1024 samples at most: 46 ms.
    EXPECT_NEAR(std::stod(probe("v", "format=duration")), 1.2, 0.047);
  }
}

// What the codec makes of a picture is a mean of a few levels, half of which is the halved resolution of colour; a
// picture of two frames later is farther from it.
TEST_F(Film, ShowsTheStillsOfItsMoments) {
  const FilmSpec spec = small(0.4, 1);
  make("a.mp4", spec);
  const std::vector<Image> pictures = pictures_of("a.mp4", 160, 90);
  ASSERT_EQ(pictures.size(), 25u);
  const Timeline timeline = turning();
  const auto still = [&](int k) {
    return render_still(*backend_, {.width = 160, .height = 90}, timeline.at(0.4 + k / 25.0));
  };
  for (const int k : {0, 7, 12, 24}) {
    SCOPED_TRACE(k);
    const double own = difference(pictures[static_cast<std::size_t>(k)], still(k));
    EXPECT_LE(own, 5);
    for (const int other : {k - 1, k + 1})
      EXPECT_GT(difference(pictures[static_cast<std::size_t>(k)], still(other)), own);
  }
}

TEST_F(Film, SoundComesAtItsMoment) {
  for (const std::string name : {"a.mp4", "a.webm"})
    for (const double start : {0.0, 1.0}) {
      SCOPED_TRACE(name + " from " + std::to_string(start));
      make(name, small(start, 1.9));
      const fs::path raw = folder_ / "sound.raw";
      ASSERT_TRUE(
          test::run_ffmpeg({"-i", (folder_ / name).string(), "-f", "f32le", "-ar", "48000", "-ac", "1", raw.string()}));
      const std::string bytes = read_file(raw);
      std::vector<float> samples(bytes.size() / 4);
      std::memcpy(samples.data(), bytes.data(), samples.size() * 4);
      const auto loud = std::find_if(samples.begin(), samples.end(), [](float v) { return std::abs(v) > 0.25f; });
      // The noise passes half of its peak within its first few samples; what codecs smear before it is fainter.
      EXPECT_NEAR(static_cast<double>(loud - samples.begin()) / 48000, 1.5 - start, 0.01);
    }
}

TEST_F(Film, EndsWithTheSong) {
  FilmSpec spec = small(2.5, 100);
  std::int64_t frames = 0;
  film(
      *backend_, turning(), spec, folder_ / "a.mkv",
      [&](std::int64_t done, std::int64_t, std::int64_t) { frames = done; }, never_);
  EXPECT_EQ(frames, static_cast<std::int64_t>(std::ceil((turning().seconds() - 2.5) * 25)));
  fs::remove(folder_ / "a.mkv");
  expect_refused(small(3.2), "the song ends after 3 seconds");
}

TEST_F(Film, FlashesAreHeldBackUnlessAskedFor) {
  std::vector<DisplayFrame> frames;
  for (int t = 0; t < 120; ++t) {
    const bool bright = t / 3 % 2 == 0;
    frames.push_back(
        {.c_re = bright ? -0.5f : 3.0f, .log_zoom = bright ? 1.5f : -3.0f, .brightness = bright ? 1.0f : 0.0f});
  }
  for (const bool limit : {true, false}) {
    FilmSpec spec = small(0, 2);
    spec.limit_flashes = limit;
    std::int64_t held = -1;
    film(
        *backend_, Timeline(frames, 1), spec, folder_ / "a.mkv",
        [&](std::int64_t, std::int64_t, std::int64_t held_back) { held = held_back; }, never_);
    if (limit)
      EXPECT_GT(held, 10);
    else
      EXPECT_EQ(held, 0);
  }
}

TEST_F(Film, NothingIsLeftWhenItIsStopped) {
  write_file_atomically(folder_ / "a.mp4", "an older video");
  std::atomic<bool> stop{false};
  EXPECT_THROW(film(
                   *backend_, turning(), small(), folder_ / "a.mp4",
                   [&](std::int64_t done, std::int64_t, std::int64_t) { stop = done == 5; }, stop),
               Error);
  EXPECT_EQ(read_file(folder_ / "a.mp4"), "an older video");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()), 2);
}

TEST_F(Film, RefusesOddSides) {
  FilmSpec spec = small();
  spec.video.width = 161;
  expect_refused(spec, "cannot make a video of 161 x 90 pixels: both sides must be even");
}

TEST_F(Film, RefusesWhereItCannotWrite) { expect_refused(small(), "cannot write", "no/such/folder/a.mp4"); }

TEST_F(Film, SaysThatFfmpegIsNotInstalled) {
  replace_ffmpeg("");
  expect_refused(small(), "ffmpeg, which is not installed");
}

TEST_F(Film, SaysWhatFfmpegDiedOf) {
  replace_ffmpeg("/usr/bin/head -c 50000 >/dev/null; echo 'first this' >&2; echo 'then that' >&2; exit 1\n");
  expect_refused(small(), "ffmpeg could not make '" + (folder_ / "a.mp4").string() + "': then that");
  replace_ffmpeg("/bin/cat >/dev/null; echo 'at the very end' >&2; exit 1\n");
  expect_refused(small(), ": at the very end");
  replace_ffmpeg("kill -9 $$\n");
  expect_refused(small(), "it ended without a word");
}

// A disk that is full, for ffmpeg: no file may grow beyond some thousand bytes.
TEST_F(Film, LeavesNothingOnAFullDisk) {
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit few{4096, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &few);
  expect_refused(small(), "File too large");
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, SIG_DFL);
}

}  // namespace
}  // namespace fractalsync
