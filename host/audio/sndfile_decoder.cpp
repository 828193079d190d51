// wav, aiff, flac, Ogg Vorbis, Opus and relatives by libsndfile (1.2). Integer samples arrive divided by their full
// scale, 2^(bits-1).
#include <sndfile.h>
#include <sys/stat.h>

#include <cstdint>
#include <limits>
#include <utility>

#include "core/check.h"
#include "host/audio/decoder.h"

namespace fractalsync {
namespace {

/// The file as libsndfile sees it: where its descriptor's number stands. It is not given the descriptor itself:
/// version 1.2.0 closes that when it does not know the format, whatever it is told (it goes on to look for a resource
/// fork), and the number may by then be another thread's.
int descriptor_of(void* user) { return *static_cast<const int*>(user); }

SF_VIRTUAL_IO reading_only() {
  SF_VIRTUAL_IO io{};
  io.get_filelen = [](void* user) -> sf_count_t {
    struct stat status {};
    return ::fstat(descriptor_of(user), &status) == 0 ? status.st_size : -1;
  };
  io.seek = [](sf_count_t offset, int whence, void* user) -> sf_count_t {
    return ::lseek(descriptor_of(user), offset, whence);
  };
  io.read = [](void* bytes, sf_count_t count, void* user) -> sf_count_t {
    return ::read(descriptor_of(user), bytes, static_cast<std::size_t>(count));
  };
  io.write = [](const void*, sf_count_t, void*) -> sf_count_t { return 0; };
  io.tell = [](void* user) -> sf_count_t { return ::lseek(descriptor_of(user), 0, SEEK_CUR); };
  return io;
}

class SndfileDecoder final : public Decoder {
 public:
  SndfileDecoder(AudioFile&& file, std::unique_ptr<const int> number, SNDFILE* sound, const SF_INFO& info)
      : file_(std::move(file)), number_(std::move(number)), sound_(sound), info_(info) {}
  ~SndfileDecoder() override { sf_close(sound_); }

  int rate() const override { return info_.samplerate; }
  int channels() const override { return info_.channels; }
  std::int64_t promised_instants() const override { return length_known() ? info_.frames : 0; }

  std::int64_t read(View<float> interleaved) override {
    const std::int64_t room = interleaved.size() / info_.channels;
    const std::int64_t got = sf_readf_float(sound_, interleaved.data(), room);
    done_ += got;
    if (got < room) check_end();
    return got;
  }

 private:
  bool length_known() const { return info_.frames != std::numeric_limits<sf_count_t>::max(); }
  bool is_ogg() const { return (info_.format & SF_FORMAT_TYPEMASK) == SF_FORMAT_OGG; }

  /// libsndfile reports a damaged or truncated stream as an early end, mostly without an error.
  void check_end() const {
    if (sf_error(sound_) != SF_ERR_NO_ERROR) refuse(sf_strerror(sound_));
    // The length of an Ogg stream stands on its last page, so that page is there: the file is not cut. What is missing
    // within is a moment (some encoders count blocks that they never wrote) or damage.
    const double missing = static_cast<double>(info_.frames - done_) / info_.samplerate;
    if (length_known() && missing > (is_ogg() ? kOggSlack : 0)) refuse("fewer samples than it promises");
    // A flac that was written to a pipe does not know its length. An Ogg stream that does not has lost its last page.
    if (!length_known() && is_ogg()) refuse("its Ogg stream has no end");
    // libsndfile reads the first of several chained Ogg streams.
    struct stat status {};
    if (is_ogg() && ::fstat(file_.descriptor.get(), &status) == 0 &&
        ::lseek(file_.descriptor.get(), 0, SEEK_CUR) < status.st_size)
      refuse_chained_ogg(file_.path);
  }

  [[noreturn]] void refuse(const std::string& why) const { refuse_cut_audio(file_.path, done_, info_.samplerate, why); }

  AudioFile file_;
  std::unique_ptr<const int> number_;  ///< the descriptor's, at an address that `sound_` keeps
  SNDFILE* sound_;
  SF_INFO info_;
  std::int64_t done_ = 0;
};

}  // namespace

std::unique_ptr<Decoder> open_sndfile(AudioFile& file) {
  SF_INFO info{};
  SF_VIRTUAL_IO io = reading_only();
  auto number = std::make_unique<int>(file.descriptor.get());
  SNDFILE* sound = sf_open_virtual(&io, SFM_READ, &info, number.get());
  if (sound == nullptr) return nullptr;
  return std::make_unique<SndfileDecoder>(std::move(file), std::move(number), sound, info);
}

}  // namespace fractalsync
