// Ogg Vorbis by libavcodec beside the same by libsndfile, and where a stream begins and ends.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <ogg/ogg.h>

#include <cmath>
#include <cstring>
#include <functional>

#include "core/check.h"
#include "host/audio/decoder.h"
#include "host/io/atomic_file.h"
#include "support/compare.h"
#include "support/random.h"
#include "support/sounds.h"

namespace fractalsync {
namespace {

using test::SoundFormat;
using test::TemporaryFolder;

using Open = std::function<std::unique_ptr<Decoder>(AudioFile&)>;

AudioFile opened(const std::filesystem::path& path) {
  return {path, Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC))};
}

std::vector<float> decode(const std::filesystem::path& path, const Open& open, std::int64_t room = 5000) {
  AudioFile file = opened(path);
  const std::unique_ptr<Decoder> decoder = open(file);
  if (decoder == nullptr) return {};
  std::vector<float> all, part(static_cast<std::size_t>(room * decoder->channels()));
  for (std::int64_t got; (got = decoder->read(part)) > 0;)
    all.insert(all.end(), part.begin(), part.begin() + got * decoder->channels());
  EXPECT_EQ(decoder->promised_instants(), static_cast<std::int64_t>(all.size()) / decoder->channels());
  return all;
}

struct Stream {
  int rate, channels;
  std::int64_t instants;
};

class Vorbis : public testing::TestWithParam<Stream> {
 protected:
  void SetUp() override {
    const auto [rate, channels, instants] = GetParam();
    noise_ = test::random_floats(1, instants * channels, -0.5f, 0.5f);
    test::write_sound(folder_ / "a.ogg", SoundFormat::ogg_vorbis, rate, channels, noise_);
  }
  const TemporaryFolder folder_;
  std::vector<float> noise_;
};

TEST_P(Vorbis, IsWhatLibsndfileReads) {
  const std::vector<float> ours = decode(folder_ / "a.ogg", open_vorbis),
                           theirs = decode(folder_ / "a.ogg", open_sndfile);
  ASSERT_EQ(ours.size(), noise_.size());
  // Both transform up to 2048 coefficients in float32: eleven stages, each of which may round a sum of size sqrt(2048)
  // times a coefficient's; windows and overlaps add a few more. Noise this loud decodes to less than 2.
  EXPECT_TRUE(test::all_near(ours, theirs, 2 * 16 * std::ldexp(1.0, -24)));
}

TEST_P(Vorbis, PiecesDoNotMatter) {
  const std::vector<float> whole = decode(folder_ / "a.ogg", open_vorbis, 1 << 20);
  EXPECT_TRUE(test::all_equal_bytes(decode(folder_ / "a.ogg", open_vorbis, 7), whole));
}

// No frame, less than one, and more than one page.
INSTANTIATE_TEST_SUITE_P(, Vorbis,
                         testing::Values(Stream{44100, 1, 1}, Stream{44100, 2, 100}, Stream{8000, 1, 20011},
                                         Stream{22050, 2, 50001}, Stream{48000, 2, 200000}),
                         [](const auto& param) {
                           return std::to_string(param.param.rate) + "_" + std::to_string(param.param.channels) + "_" +
                                  std::to_string(param.param.instants);
                         });

/// The file with every page's position moved, but for those of the headers.
std::string moved(std::string file, std::int64_t by) {
  std::size_t at = 0;
  while (at < file.size()) {
    ogg_page page{};
    page.header = reinterpret_cast<unsigned char*>(file.data() + at);
    page.header_len = 27 + page.header[26];
    for (int k = 27; k < page.header_len; ++k) page.body_len += page.header[k];
    page.body = page.header + page.header_len;
    std::int64_t position = ogg_page_granulepos(&page);
    if (position > 0) {
      position += by;
      std::memcpy(page.header + 6, &position, sizeof position);
      ogg_page_checksum_set(&page);
    }
    at += static_cast<std::size_t>(page.header_len + page.body_len);
  }
  return file;
}

TEST(VorbisPositions, SayWhereTheStreamBegins) {
  const TemporaryFolder folder;
  test::write_sound(folder / "a.ogg", SoundFormat::ogg_vorbis, 44100, 2,
                    test::random_floats(1, 2 * 60000, -0.5f, 0.5f));
  const std::vector<float> whole = decode(folder / "a.ogg", open_vorbis);
  const std::string file = read_file(folder / "a.ogg");

  write_file_atomically(folder / "cut.ogg", moved(file, -100));
  const std::vector<float> cut = decode(folder / "cut.ogg", open_vorbis);
  EXPECT_TRUE(test::all_equal_bytes(cut, std::vector<float>(whole.begin() + 2 * 100, whole.end())));

  // One that was cut out of a longer stream goes on counting.
  write_file_atomically(folder / "late.ogg", moved(file, 1'000'000));
  AudioFile late = opened(folder / "late.ogg");
  std::vector<float> all(whole.size() + 2);
  EXPECT_EQ(open_vorbis(late)->read(all), static_cast<std::int64_t>(whole.size()) / 2);
}

TEST(VorbisPositions, WithoutAnEndTheStreamIsRefused) {
  const TemporaryFolder folder;
  test::write_sound(folder / "a.ogg", SoundFormat::ogg_vorbis, 44100, 1, test::random_floats(1, 60000, -0.5f, 0.5f));
  const std::string file = read_file(folder / "a.ogg");
  write_file_atomically(folder / "cut.ogg", file.substr(0, file.rfind("OggS")));
  AudioFile cut = opened(folder / "cut.ogg");
  const std::unique_ptr<Decoder> decoder = open_vorbis(cut);
  std::vector<float> all(100000);
  try {
    decoder->read(all);
    FAIL() << "was read";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("has no end"), std::string::npos) << error.what();
  }
}

TEST(VorbisPositions, OtherStreamsAreLeftToOthers) {
  const TemporaryFolder folder;
  for (const auto& [name, format] : {std::pair{"a.opus", SoundFormat::opus},
                                     {"a.flac", SoundFormat::flac_int16},
                                     {"a.wav", SoundFormat::wav_int16}}) {
    test::write_sound(folder / name, format, 48000, 1, test::sines(500, 48000, 1, 4800));
    AudioFile file = opened(folder / name);
    EXPECT_EQ(open_vorbis(file), nullptr) << name;
    EXPECT_TRUE(file.descriptor.valid());
  }
}

}  // namespace
}  // namespace fractalsync
