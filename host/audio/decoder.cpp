#include "host/audio/decoder.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "core/check.h"

namespace fractalsync {

void refuse_audio(const std::filesystem::path& path, const std::string& why) {
  throw Error("cannot read '" + path.string() + "': " + why);
}

void refuse_cut_audio(const std::filesystem::path& path, std::int64_t instants, int rate, const std::string& why) {
  const double seconds = static_cast<double>(instants) / rate;
  refuse_audio(path, detail::concat("it is cut short or damaged after ", seconds, " s: ", why));
}

void refuse_chained_ogg(const std::filesystem::path& path) {
  refuse_audio(path, "it chains several Ogg streams; make one of them first (ffmpeg -i in.ogg out.ogg)");
}

std::unique_ptr<Decoder> open_decoder(const std::filesystem::path& path) {
  // Without O_NONBLOCK the opening of a named pipe would wait for a writer; it means nothing to a regular file.
  AudioFile file{path, Descriptor(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC))};
  if (!file.descriptor.valid()) refuse_audio(path, std::strerror(errno));
  struct stat status {};
  if (::fstat(file.descriptor.get(), &status) != 0) refuse_audio(path, std::strerror(errno));
  if (!S_ISREG(status.st_mode)) refuse_audio(path, "it is not a file");
  if (status.st_size == 0) refuse_audio(path, "it is empty (0 bytes)");

  if (looks_like_mp3(file)) return open_mp3(std::move(file));
  if (std::unique_ptr<Decoder> decoder = open_vorbis(file)) return decoder;
  if (std::unique_ptr<Decoder> decoder = open_sndfile(file)) return decoder;
  return open_ffmpeg(path);
}

}  // namespace fractalsync
