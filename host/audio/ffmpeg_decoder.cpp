// Whatever libsndfile does not know (m4a, aac, ...) by an ffmpeg process, which writes the samples to a pipe at their
// own rate and channel count, so that mixing and resampling are ours. The stream is a Sun .au one, the simplest that
// carries rate and channels: six big-endian words (magic, offset of the data, size, encoding, rate, channels), then
// big-endian floats.
#include <array>
#include <cstring>
#include <vector>

#include "core/check.h"
#include "host/audio/decoder.h"
#include "host/audio/ffmpeg_input.h"
#include "host/io/child_process.h"

namespace fractalsync {
namespace {

constexpr std::uint32_t kAuMagic = 0x2e736e64;  // ".snd"
constexpr std::uint32_t kAuFloat = 6;

std::uint32_t big_endian(const char* bytes) {
  std::uint32_t word = 0;
  for (int i = 0; i < 4; ++i) word = word << 8 | static_cast<unsigned char>(bytes[i]);
  return word;
}

std::vector<std::string> command(const std::filesystem::path& path) {
  std::vector<std::string> words = {"ffmpeg", "-nostdin", "-hide_banner", "-v", "error", "-xerror"};
  for (const std::string& word : ffmpeg_input(path)) words.push_back(word);
  for (const char* const word : {"-map", "0:a:0", "-map_metadata", "-1", "-c:a", "pcm_f32be", "-f", "au", "pipe:1"})
    words.emplace_back(word);
  return words;
}

class FfmpegDecoder final : public Decoder {
 public:
  explicit FfmpegDecoder(const std::filesystem::path& path) : path_(path), ffmpeg_(command(path)) {
    std::array<char, 24> header;
    if (ffmpeg_.read(header) < static_cast<std::int64_t>(header.size())) refuse();
    const auto word = [&](int i) { return big_endian(header.data() + 4 * i); };
    FS_CHECK_EQ(word(0), kAuMagic);
    FS_CHECK_EQ(word(3), kAuFloat);
    rate_ = static_cast<int>(word(4));
    channels_ = static_cast<int>(word(5));
    FS_CHECK(word(1) >= header.size());
    std::vector<char> rest(word(1) - header.size());
    if (ffmpeg_.read(rest) < static_cast<std::int64_t>(rest.size())) refuse();
  }

  int rate() const override { return rate_; }
  int channels() const override { return channels_; }
  std::int64_t promised_instants() const override { return 0; }

  std::int64_t read(View<float> interleaved) override {
    const std::int64_t bytes = interleaved.size() * 4;
    char* data = reinterpret_cast<char*>(interleaved.data());
    if (ended_) return 0;
    const std::int64_t got = ffmpeg_.read({data, bytes});
    for (std::int64_t i = 0; i + 4 <= got; i += 4) {
      const std::uint32_t word = big_endian(data + i);
      std::memcpy(data + i, &word, sizeof word);
    }
    if (got < bytes) {
      ended_ = true;
      if (!ffmpeg_.succeeded()) refuse();
    }
    return got / 4 / channels_;
  }

 private:
  [[noreturn]] void refuse() const {
    std::string why = ffmpeg_.complaint();
    const std::string name = "file:" + path_.string() + ": ";
    for (std::size_t at; (at = why.find(name)) != std::string::npos;) why.erase(at, name.size());
    refuse_audio(path_, "libsndfile does not know its format and ffmpeg fails" + (why.empty() ? "" : " (" + why + ")"));
  }

  std::filesystem::path path_;
  ChildProcess ffmpeg_;
  int rate_ = 0, channels_ = 0;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Decoder> open_ffmpeg(const std::filesystem::path& path) {
  try {
    return std::make_unique<FfmpegDecoder>(path);
  } catch (const NoSuchProgram&) {
    refuse_audio(
        path, "libsndfile does not know its format, and ffmpeg, which may, is not installed (apt-get install ffmpeg)");
  }
}

}  // namespace fractalsync
