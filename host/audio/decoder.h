// The first step of the data flow: an audio file of any kind becomes interleaved float samples at its own rate.
// decoder.cpp chooses who reads a file, by its content and not by its name:
//
//   MPEG layer III               libmpg123
//   Ogg Vorbis                   libavcodec, if installed
//   what libsndfile knows        libsndfile (wav, aiff, flac, Ogg Vorbis, Opus, ...)
//   anything else (m4a, aac)     an ffmpeg process, if installed
//
// A file that breaks off or is damaged on the way is refused as a whole wherever that can be seen: training on half a
// song in silence would be worse. It can be seen in flac, Ogg and Opus, in variable-rate mp3, and in what ffmpeg
// reads. A plain wav or aiff cut short, and an mp3 without a header that counts its frames, look like shorter files
// and are read as such.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "core/view.h"
#include "host/io/descriptor.h"

namespace fractalsync {

class Decoder {
 public:
  virtual ~Decoder() = default;
  virtual int rate() const = 0;      ///< samples per second and channel, as the file says
  virtual int channels() const = 0;  ///< at least 1

  /// Sampling instants, as the file's head says or lets guess; 0 when it does not. To be shown, not relied on.
  virtual std::int64_t promised_instants() const = 0;

  /// Fills `interleaved` (room for whole sampling instants: a multiple of channels() floats) from the front; full scale
  /// is +-1, and a float file may go beyond. Returns the number of instants; 0 only at the end. Throws Error, a
  /// sentence that names the file, when the rest cannot be decoded.
  virtual std::int64_t read(View<float> interleaved) = 0;
};

/// Throws Error, one sentence that names the file, when it is missing, not a regular file, empty, not audio, or needs
/// an ffmpeg that is not installed.
std::unique_ptr<Decoder> open_decoder(const std::filesystem::path& path);

/// Throws Error: "cannot read 'song.mp3': why".
[[noreturn]] void refuse_audio(const std::filesystem::path& path, const std::string& why);

/// The same of a stream that does not reach its end; `instants` of it, at `rate`, were decoded.
[[noreturn]] void refuse_cut_audio(const std::filesystem::path& path, std::int64_t instants, int rate,
                                   const std::string& why);
/// The same of several Ogg streams in one file.
[[noreturn]] void refuse_chained_ogg(const std::filesystem::path& path);

/// Seconds that an Ogg stream may lack, a page or so: some encoders count blocks that they never wrote.
inline constexpr double kOggSlack = 0.5;

/// An open file on its way to one of the decoders below.
struct AudioFile {
  std::filesystem::path path;
  Descriptor descriptor;
};

bool looks_like_mp3(const AudioFile& file);
std::unique_ptr<Decoder> open_mp3(AudioFile file);

/// Empty, and `file` not moved from, when it is not Ogg Vorbis or there is no libavcodec.
std::unique_ptr<Decoder> open_vorbis(AudioFile& file);
/// Empty, and `file` not moved from, when libsndfile does not know the format.
std::unique_ptr<Decoder> open_sndfile(AudioFile& file);
std::unique_ptr<Decoder> open_ffmpeg(const std::filesystem::path& path);

}  // namespace fractalsync
