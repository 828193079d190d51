// Sound in, every kind of it: the same sines come out of every container, width, rate and channel count.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <fstream>
#include <numbers>

#include "host/audio/pcm_stream.h"
#include "stages/features.h"
#include "support/compare.h"
#include "support/sounds.h"

namespace fractalsync {
namespace {

using test::sines;
using test::SoundFormat;
using test::TemporaryFolder;
using test::write_sound;

std::vector<float> read_all(const std::filesystem::path& path, std::int64_t piece = 10000) {
  PcmStream stream(path);
  std::vector<float> all, part(static_cast<std::size_t>(piece));
  for (std::int64_t got; (got = stream.read(part)) > 0;) all.insert(all.end(), part.begin(), part.begin() + got);
  return all;
}

/// What is left of `sound` after removing the least-squares multiple of sin and cos at `hz`: root mean square, as a
/// share of the sound's own.
double share_beside_sine(const std::vector<float>& sound, double hz) {
  double ss = 0, cc = 0, sc = 0, xs = 0, xc = 0, xx = 0;
  for (std::size_t i = 0; i < sound.size(); ++i) {
    const double angle = 2 * std::numbers::pi * hz * static_cast<double>(i) / kSampleRate, s = std::sin(angle),
                 c = std::cos(angle);
    ss += s * s, cc += c * c, sc += s * c, xs += sound[i] * s, xc += sound[i] * c, xx += sound[i] * sound[i];
  }
  const double det = ss * cc - sc * sc, a = (xs * cc - xc * sc) / det, b = (xc * ss - xs * sc) / det;
  return std::sqrt(std::max(0.0, xx - a * xs - b * xc) / xx);
}

struct Width {
  const char* name;
  SoundFormat format;
  double step;  ///< between neighbouring values
};

class PcmWidths : public testing::TestWithParam<Width> {};

TEST_P(PcmWidths, AreScaledToOne) {
  const TemporaryFolder folder;
  const std::vector<float> sound = sines(440, kSampleRate, 1, 3000);
  write_sound(folder / "a", GetParam().format, kSampleRate, 1, sound);
  // Written and read with full scales that differ by one step (32767 and 32768), and rounded: within two steps.
  EXPECT_TRUE(test::all_near(read_all(folder / "a"), sound, 2 * GetParam().step));
}

INSTANTIATE_TEST_SUITE_P(, PcmWidths,
                         testing::Values(Width{"wav_uint8", SoundFormat::wav_uint8, 0x1p-7},
                                         Width{"wav_int16", SoundFormat::wav_int16, 0x1p-15},
                                         Width{"wav_int24", SoundFormat::wav_int24, 0x1p-23},
                                         Width{"wav_float", SoundFormat::wav_float, 0},
                                         Width{"aiff_int16", SoundFormat::aiff_int16, 0x1p-15},
                                         Width{"flac_int16", SoundFormat::flac_int16, 0x1p-15}),
                         [](const auto& param) { return param.param.name; });

class Channels : public testing::TestWithParam<int> {};

TEST_P(Channels, AreAveraged) {
  const int channels = GetParam();
  const TemporaryFolder folder;
  const std::vector<float> sound = sines(100, kSampleRate, channels, 50000);
  write_sound(folder / "a.wav", SoundFormat::wav_float, kSampleRate, channels, sound);
  std::vector<float> mean;
  for (std::size_t i = 0; i < sound.size(); i += static_cast<std::size_t>(channels)) {
    float sum = 0;
    for (int channel = 0; channel < channels; ++channel) sum += sound[i + static_cast<std::size_t>(channel)];
    mean.push_back(sum / static_cast<float>(channels));
  }
  EXPECT_TRUE(test::all_equal_bytes(read_all(folder / "a.wav"), mean));
}

INSTANTIATE_TEST_SUITE_P(, Channels, testing::Values(1, 2, 6), testing::PrintToStringParamName());

TEST(PcmStream, PiecesDoNotMatter) {
  const TemporaryFolder folder;
  write_sound(folder / "a.wav", SoundFormat::wav_float, 44100, 2, sines(300, 44100, 2, 100000));
  const std::vector<float> whole = read_all(folder / "a.wav", 100000);
  for (const std::int64_t piece : {1, 777})
    EXPECT_TRUE(test::all_equal_bytes(read_all(folder / "a.wav", piece), whole));
}

struct Coded {
  const char* name;
  SoundFormat format;
  int rate;
};

class CodedSound : public testing::TestWithParam<Coded> {};

TEST_P(CodedSound, IsTheSineItWas) {
  const TemporaryFolder folder;
  write_sound(folder / "a", GetParam().format, GetParam().rate, 2, sines(500, GetParam().rate, 2, 2 * GetParam().rate));
  const std::vector<float> sound = read_all(folder / "a");
  // mp3 without a gapless header keeps the coder's delay and fills its last frame: up to 4 frames of 1152 samples.
  EXPECT_NEAR(static_cast<double>(sound.size()), 2.0 * kSampleRate, 4 * 1152);
  // The second channel is an octave higher, so half the power is left beside the first: sqrt(1/2). The codecs are
  // better than 30 dB, which moves it by 0.001, and they may treat the two sines differently by a tenth of a dB, 0.01.
  const std::vector<float> middle(sound.begin() + 11025, sound.begin() + 33075);
  EXPECT_NEAR(share_beside_sine(middle, 500), std::sqrt(0.5), 0.02);
  EXPECT_NEAR(share_beside_sine(middle, 1000), std::sqrt(0.5), 0.02);
}

INSTANTIATE_TEST_SUITE_P(, CodedSound,
                         testing::Values(Coded{"ogg", SoundFormat::ogg_vorbis, 44100},
                                         Coded{"opus", SoundFormat::opus, 48000}, Coded{"mp3", SoundFormat::mp3, 44100},
                                         Coded{"wav_8khz", SoundFormat::wav_int16, 8000},
                                         Coded{"flac_192khz", SoundFormat::flac_int16, 192000}),
                         [](const auto& param) { return param.param.name; });

class ByFfmpeg : public testing::Test {
 protected:
  /// 2 s of a 500 Hz sine as m4a at folder_/name, or a skip.
  void make(const std::string& name) {
    write_sound(folder_ / "sine.wav", SoundFormat::wav_int16, 44100, 1, sines(500, 44100, 1, 88200));
    if (!test::run_ffmpeg(
            {"-i", (folder_ / "sine.wav").string(), "-b:a", "192k", "-f", "ipod", "file:" + (folder_ / name).string()}))
      GTEST_SKIP() << "ffmpeg is not installed";
  }
  const TemporaryFolder folder_;
};

TEST_F(ByFfmpeg, M4aIsTheSineItWas) {
  make("sine.m4a");
  if (IsSkipped()) return;
  const std::vector<float> sound = read_all(folder_ / "sine.m4a");
  EXPECT_NEAR(static_cast<double>(sound.size()), 2.0 * kSampleRate, 1024);
  // A lossy codec; 30 dB is what separates it from a stream read with the wrong rate, byte order or channels.
  EXPECT_LE(share_beside_sine({sound.begin() + 11025, sound.begin() + 33075}, 500), std::pow(10, -30.0 / 20));
}

TEST_F(ByFfmpeg, StrangeNamesAreJustNames) {
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path());
  for (const std::string name :
       {"-i.m4a", "-", "http:x.m4a", "concat:a|b.m4a", "%03d.m4a", "caf\xc3\xa9 \xf0\x9f\x8e\xb5 .m4a"}) {
    make(name);
    if (IsSkipped()) break;
    EXPECT_NEAR(static_cast<double>(read_all(name).size()), 2.0 * kSampleRate, 1024) << name;
  }
  std::filesystem::current_path(before);
}

TEST_F(ByFfmpeg, LeavesNoProcessBehind) {
  make("sine.m4a");
  if (IsSkipped()) return;
  {
    PcmStream stream(folder_ / "sine.m4a");
    std::vector<float> some(100);
    EXPECT_EQ(stream.read(some), 100);
  }
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

/// Peak resident memory since `reset_peak`, in bytes.
std::int64_t peak_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (std::int64_t kilobytes; word == "VmHWM:" && status >> kilobytes) return kilobytes * 1024;
  return 0;
}
bool reset_peak() { return static_cast<bool>(std::ofstream("/proc/self/clear_refs") << "5" << std::flush); }

TEST(PcmStream, AnHourTakesNoMoreMemoryThanASecond) {
  const TemporaryFolder folder;
  {
    std::vector<float> minute(8000 * 60, 0.0f);
    for (std::size_t i = 0; i < minute.size(); i += 100) minute[i] = 0.5f;
    std::vector<float> hour;
    for (int i = 0; i < 60; ++i) hour.insert(hour.end(), minute.begin(), minute.end());
    write_sound(folder / "hour.flac", SoundFormat::flac_int16, 8000, 1, hour);
  }
  if (!reset_peak()) GTEST_SKIP() << "this kernel does not reset the peak of resident memory";
  const std::int64_t before = peak_memory();
  PcmStream stream(folder / "hour.flac");
  std::vector<float> part(65536);
  std::int64_t samples = 0;
  for (std::int64_t got; (got = stream.read(part)) > 0;) samples += got;
  EXPECT_EQ(samples, std::int64_t{3600} * kSampleRate);
  // Decoded it would be 317 MB.
  EXPECT_LE(peak_memory() - before, 16 << 20);
}

}  // namespace
}  // namespace fractalsync
