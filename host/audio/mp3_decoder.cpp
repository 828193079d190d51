// MPEG layer III by libmpg123 itself and not through libsndfile, which cuts a variable-rate file without a Xing header
// at the length it guesses from the first frame's bit rate (a 6 s file read as 1.7 s), takes a damaged stream for its
// end, and lets mpg123 write to standard error.
#include <mpg123.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "core/check.h"
#include "host/audio/decoder.h"

namespace fractalsync {
namespace {

class Mp3Decoder final : public Decoder {
 public:
  explicit Mp3Decoder(AudioFile&& file) : file_(std::move(file)), handle_(mpg123_new(nullptr, nullptr)) {
    FS_CHECK(handle_ != nullptr);
    try {
      open();
    } catch (...) {
      mpg123_delete(handle_);
      throw;
    }
  }
  ~Mp3Decoder() override { mpg123_delete(handle_); }

  int rate() const override { return static_cast<int>(rate_); }
  int channels() const override { return channels_; }
  std::int64_t promised_instants() const override {
    return std::max<std::int64_t>(promised_ > 0 ? promised_ : mpg123_length(handle_), 0);
  }

  std::int64_t read(View<float> interleaved) override {
    std::size_t bytes = 0;
    const int result =
        mpg123_read(handle_, interleaved.data(), static_cast<std::size_t>(interleaved.size()) * sizeof(float), &bytes);
    const std::int64_t got = static_cast<std::int64_t>(bytes / sizeof(float)) / channels_;
    done_ += got;
    if (result == MPG123_NEW_FORMAT) refuse("its sample rate or channels change");
    if (result != MPG123_OK && result != MPG123_DONE) refuse(mpg123_strerror(handle_));
    if (result == MPG123_DONE && done_ < promised_) refuse("it is cut short or damaged");
    return got;
  }

 private:
  void open() {
    mpg123_param(handle_, MPG123_ADD_FLAGS, MPG123_QUIET | MPG123_FORCE_FLOAT | MPG123_GAPLESS, 0.0);
    int encoding = 0;
    if (mpg123_open_fd(handle_, file_.descriptor.get()) != MPG123_OK ||
        mpg123_getformat(handle_, &rate_, &channels_, &encoding) != MPG123_OK)
      refuse_audio(file_.path, std::string("it is not an MP3 after all: ") + mpg123_strerror(handle_));
    FS_CHECK_EQ(encoding, static_cast<int>(MPG123_ENC_FLOAT_32));
    // From here on this format and no other.
    mpg123_format_none(handle_);
    mpg123_format(handle_, rate_, channels_, encoding);
    // Only a header frame counts the frames, and only such a file is known to be of variable rate; without one the
    // length is a guess.
    mpg123_frameinfo info{};
    if (mpg123_info(handle_, &info) == MPG123_OK && info.vbr != MPG123_CBR) promised_ = mpg123_length(handle_);
  }

  [[noreturn]] void refuse(const std::string& why) const {
    refuse_audio(file_.path,
                 detail::concat(why, " (after ", static_cast<double>(done_) / static_cast<double>(rate_), " s)"));
  }

  AudioFile file_;
  mpg123_handle* handle_;
  long rate_ = 0;
  int channels_ = 0;
  std::int64_t promised_ = 0, done_ = 0;
};

/// Where the audio begins: after an ID3v2 tag, if there is one (id3.org, ID3v2.4 structure, section 3.1).
std::int64_t audio_start(int fd) {
  unsigned char tag[10];
  if (::pread(fd, tag, sizeof tag, 0) != sizeof tag) return 0;
  if (tag[0] != 'I' || tag[1] != 'D' || tag[2] != '3') return 0;
  std::int64_t size = 0;
  for (int i = 6; i < 10; ++i) size = size << 7 | (tag[i] & 0x7f);
  return size + 10 + ((tag[5] & 0x10) != 0 ? 10 : 0);
}

}  // namespace

bool looks_like_mp3(const AudioFile& file) {
  const int fd = file.descriptor.get();
  unsigned char header[2];
  if (::pread(fd, header, sizeof header, audio_start(fd)) != sizeof header) return false;
  // A frame begins with eleven ones, two bits of version, 01 for layer III.
  return header[0] == 0xff && (header[1] & 0xe6) == 0xe2;
}

std::unique_ptr<Decoder> open_mp3(AudioFile file) { return std::make_unique<Mp3Decoder>(std::move(file)); }

}  // namespace fractalsync
