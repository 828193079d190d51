// Files that are not what they claim: each is refused in one sentence that names it and says why.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <limits>

#include "host/audio/pcm_stream.h"
#include "host/io/atomic_file.h"
#include "stages/features.h"
#include "support/compare.h"
#include "support/random.h"
#include "support/sounds.h"

namespace fractalsync {
namespace {

using test::sines;
using test::SoundFormat;
using test::TemporaryFolder;
using test::write_sound;

class HostileAudio : public testing::Test {
 protected:
  /// The sentence that reading all of a file ends in; fails the test when it can be read.
  std::string refusal(const std::filesystem::path& path) {
    std::int64_t samples = 0;
    try {
      PcmStream stream(path);
      std::vector<float> part(10000);
      for (std::int64_t got; (got = stream.read(part)) > 0;) samples += got;
    } catch (const Error& error) {
      const std::string what = error.what();
      EXPECT_EQ(what.find('\n'), std::string::npos) << what;
      EXPECT_NE(what.find("'" + path.string() + "'"), std::string::npos) << what;
      return what;
    }
    ADD_FAILURE() << path << " was read: " << samples << " samples";
    return "";
  }
  void expect_refused(const std::filesystem::path& path, const std::string& why) {
    const std::string what = refusal(path);
    EXPECT_NE(what.find(why), std::string::npos) << what;
  }
  /// Removes every program from PATH until the end of the test.
  void hide_ffmpeg() { ::setenv("PATH", folder_.path().c_str(), 1); }
  void TearDown() override { ::setenv("PATH", path_.c_str(), 1); }
  void write_text(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }

  const TemporaryFolder folder_;
  const std::string path_ = std::getenv("PATH");
};

TEST_F(HostileAudio, Missing) { expect_refused(folder_ / "no.wav", "No such file"); }

TEST_F(HostileAudio, Folder) { expect_refused(folder_.path(), "it is not a file"); }

TEST_F(HostileAudio, NamedPipe) {
  ASSERT_EQ(::mkfifo((folder_ / "pipe.wav").c_str(), 0600), 0);
  expect_refused(folder_ / "pipe.wav", "it is not a file");
}

TEST_F(HostileAudio, EmptyFile) {
  write_text("empty.mp3", "");
  expect_refused(folder_ / "empty.mp3", "it is empty");
}

TEST_F(HostileAudio, TextNamedWav) {
  write_text("text.wav", "This is not a sound.\n");
  refusal(folder_ / "text.wav");
}

TEST_F(HostileAudio, NoFfmpeg) {
  write_text("song.m4a", "Not known to libsndfile.");
  hide_ffmpeg();
  expect_refused(folder_ / "song.m4a", "ffmpeg, which may, is not installed");
}

TEST_F(HostileAudio, NoSamples) {
  for (const SoundFormat format : {SoundFormat::wav_int16, SoundFormat::flac_int16, SoundFormat::aiff_int16}) {
    write_sound(folder_ / "none", format, 44100, 2, {});
    refusal(folder_ / "none");
  }
  write_sound(folder_ / "none.wav", SoundFormat::wav_int16, 44100, 2, {});
  expect_refused(folder_ / "none.wav", "it holds no sound (0 samples)");
}

TEST_F(HostileAudio, NoNumbers) {
  const float infinity = std::numeric_limits<float>::infinity();
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), infinity, -infinity, 1e30f}) {
    std::vector<float> samples = sines(440, kSampleRate, 2, 30000);
    samples[2 * 22050 + 1] = bad;
    write_sound(folder_ / "bad.wav", SoundFormat::wav_float, kSampleRate, 2, samples);
    expect_refused(folder_ / "bad.wav", "a sample that is no sound");
    expect_refused(folder_ / "bad.wav", "at 1 s");
  }
}

TEST_F(HostileAudio, LoudIsAllowed) {
  write_sound(folder_ / "loud.wav", SoundFormat::wav_float, kSampleRate, 1, sines(440, kSampleRate, 1, 1000, 30.0));
  std::vector<float> samples(1000);
  EXPECT_EQ(PcmStream(folder_ / "loud.wav").read(samples), 1000);
  EXPECT_GE(test::largest_magnitude(View<const float>(samples)), 29);
}

TEST_F(HostileAudio, AbsurdRate) {
  for (const int rate : {1, 999, 2'000'000'000}) {
    write_sound(folder_ / "rate.wav", SoundFormat::wav_int16, rate, 1, sines(1, 22050, 1, 1000));
    expect_refused(folder_ / "rate.wav", "cannot be right");
  }
}

TEST_F(HostileAudio, CutShort) {
  const std::vector<float> sound = sines(500, 48000, 2, 5 * 48000);
  for (const auto& [name, format] : {std::pair{"a.flac", SoundFormat::flac_int16},
                                     {"a.ogg", SoundFormat::ogg_vorbis},
                                     {"a.opus", SoundFormat::opus}}) {
    write_sound(folder_ / name, format, 48000, 2, sound);
    for (const double share : {0.3, 0.6, 0.9, 0.99}) {
      test::cut_short(folder_ / name, folder_ / "cut", share);
      refusal(folder_ / "cut");
    }
  }
}

TEST_F(HostileAudio, PlainSamplesCutShortAreAShorterSound) {
  // Nothing in the samples says where they end, and a header written to a pipe promises too many, too.
  write_sound(folder_ / "a.wav", SoundFormat::wav_int16, kSampleRate, 1, sines(500, kSampleRate, 1, 20000));
  test::cut_short(folder_ / "a.wav", folder_ / "cut.wav", 0.5);
  std::vector<float> samples(20000);
  constexpr std::int64_t kHeader = 44, kBytes = (kHeader + 2 * 20000) / 2;
  EXPECT_EQ(PcmStream(folder_ / "cut.wav").read(samples), (kBytes - kHeader) / 2);
}

/// The file without `count` of its Ogg pages, from the middle on.
std::string without_pages(const std::string& file, int count) {
  const std::size_t first = file.find("OggS", file.size() / 2);
  std::size_t last = first;
  for (int page = 0; page < count; ++page) last = file.find("OggS", last + 4);
  return file.substr(0, first) + file.substr(last);
}

TEST_F(HostileAudio, OggMayLackAMomentButNotMore) {
  // Noise, so that a page (about 4 kB) holds little time.
  write_sound(folder_ / "a.ogg", SoundFormat::ogg_vorbis, 44100, 2, test::random_floats(1, 2 * 5 * 44100, -0.5f, 0.5f));
  const std::string whole = read_file(folder_ / "a.ogg");
  write_file_atomically(folder_ / "moment.ogg", without_pages(whole, 1));
  std::vector<float> samples(6 * kSampleRate);
  const std::int64_t read = PcmStream(folder_ / "moment.ogg").read(samples);
  EXPECT_LT(read, 5 * kSampleRate);
  EXPECT_GT(read, 5 * kSampleRate - kSampleRate / 2);
  write_file_atomically(folder_ / "hole.ogg", without_pages(whole, 8));
  expect_refused(folder_ / "hole.ogg", "cut short");
}

TEST_F(HostileAudio, CutOrDamagedMp3) {
  write_sound(folder_ / "a.wav", SoundFormat::wav_int16, 44100, 1, sines(500, 44100, 1, 5 * 44100));
  const std::string wav = (folder_ / "a.wav").string(), mp3 = (folder_ / "a.mp3").string();
  if (!test::run_ffmpeg({"-i", wav, "-q:a", "4", mp3})) GTEST_SKIP() << "ffmpeg is not installed";
  test::cut_short(mp3, folder_ / "cut.mp3", 0.5);
  expect_refused(folder_ / "cut.mp3", "cut short");
  std::string content = read_file(mp3);
  content.replace(content.size() / 2, 8000, std::string(8000, 'x'));
  std::ofstream(folder_ / "damaged.mp3", std::ios::binary) << content;
  refusal(folder_ / "damaged.mp3");
}

TEST_F(HostileAudio, VariableRateMp3WithoutHeaderIsReadToItsEnd) {
  // The first second is silent and thus of a low bit rate: a length guessed from it is wrong.
  std::vector<float> sound(44100);
  for (std::uint32_t i = 0, noise = 1; i < 4 * 44100; ++i) {
    noise = noise * 1664525u + 1013904223u;
    sound.push_back(static_cast<float>(noise >> 8) * 0x1p-24f - 0.5f);
  }
  write_sound(folder_ / "a.wav", SoundFormat::wav_int16, 44100, 1, sound);
  for (const char* const order : {"anull", "areverse"}) {
    const std::string mp3 = (folder_ / "a.mp3").string();
    if (!test::run_ffmpeg({"-i", (folder_ / "a.wav").string(), "-af", order, "-q:a", "4", "-write_xing", "0", mp3}))
      GTEST_SKIP() << "ffmpeg is not installed";
    std::vector<float> samples(6 * kSampleRate);
    const std::int64_t got = PcmStream(mp3).read(samples);
    EXPECT_NEAR(static_cast<double>(got), 5.0 * kSampleRate, 3 * 1152) << order;
  }
}

TEST_F(HostileAudio, DamagedInTheMiddle) {
  const std::vector<float> sound = sines(500, 48000, 2, 5 * 48000);
  for (const SoundFormat format : {SoundFormat::flac_int16, SoundFormat::ogg_vorbis, SoundFormat::opus}) {
    write_sound(folder_ / "a", format, 48000, 2, sound);
    std::string content = read_file(folder_ / "a");
    content.replace(content.size() / 2, 3000, std::string(3000, 'x'));
    std::ofstream(folder_ / "damaged", std::ios::binary) << content;
    refusal(folder_ / "damaged");
  }
}

TEST_F(HostileAudio, ChainedOgg) {
  write_sound(folder_ / "a.ogg", SoundFormat::ogg_vorbis, 44100, 2, sines(500, 44100, 2, 10 * 44100));
  const std::string one = read_file(folder_ / "a.ogg");
  std::ofstream(folder_ / "two.ogg", std::ios::binary) << one << one;
  expect_refused(folder_ / "two.ogg", "chains several Ogg streams");
}

TEST_F(HostileAudio, PlaylistsAreNotFollowed) {
  write_sound(folder_ / "secret.wav", SoundFormat::wav_int16, 44100, 1, sines(500, 44100, 1, 44100));
  write_text("concat.m4a", "ffconcat version 1.0\nfile 'secret.wav'\n");
  write_text("hls.m4a", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nsecret.wav\n#EXT-X-ENDLIST\n");
  refusal(folder_ / "concat.m4a");
  refusal(folder_ / "hls.m4a");
}

TEST_F(HostileAudio, CutM4a) {
  write_sound(folder_ / "a.wav", SoundFormat::wav_int16, 44100, 1, sines(500, 44100, 1, 5 * 44100));
  const std::string m4a = (folder_ / "a.m4a").string();
  if (!test::run_ffmpeg({"-i", (folder_ / "a.wav").string(), "-movflags", "+faststart", m4a}))
    GTEST_SKIP() << "ffmpeg is not installed";
  for (const double share : {0.02, 0.5, 0.9}) {
    test::cut_short(m4a, folder_ / "cut.m4a", share);
    expect_refused(folder_ / "cut.m4a", "ffmpeg fails");
  }
}

TEST_F(HostileAudio, RandomBytesNeverCrash) {
  const std::vector<float> sound = sines(500, 44100, 1, 4410);
  std::uint32_t random = 12345;
  hide_ffmpeg();
  for (const SoundFormat format : {SoundFormat::wav_int16, SoundFormat::flac_int16, SoundFormat::ogg_vorbis,
                                   SoundFormat::mp3, SoundFormat::aiff_int16}) {
    write_sound(folder_ / "a", format, 44100, 1, sound);
    const std::string whole = read_file(folder_ / "a");
    for (int round = 0; round < 20; ++round) {
      std::string damaged = whole;
      for (int hit = 0; hit < 8; ++hit) {
        random = random * 1664525u + 1013904223u;
        damaged[(random >> 8) % damaged.size()] = static_cast<char>(random >> 4);
      }
      std::ofstream(folder_ / "b", std::ios::binary) << damaged;
      std::vector<float> part(100000);
      try {
        EXPECT_LE(PcmStream(folder_ / "b").read(part), 100000);
      } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("cannot read"), std::string::npos) << error.what();
      }
    }
  }
}

}  // namespace
}  // namespace fractalsync
